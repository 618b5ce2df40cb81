/** The two hosts that take a bundle of their own. */
export const platforms = ['weapp', 'alipay'] as const
export type Platform = (typeof platforms)[number]

export interface PageConfig {
  component?: boolean
  navigationStyle?: string
  navigationBarTitleText?: string
  navigationBarBackgroundColor?: string
  navigationBarTextStyle?: string
  /** Alipay's names for the title and its colour. */
  defaultTitle?: string
  titleBarColor?: string
  [more: string]: unknown
}
export interface AppConfig {
  pages: string[]
  window?: PageConfig
  subPackages?: { root: string; pages: string[] }[]
  subpackages?: { root: string; pages: string[] }[]
}

/** A built mini-program, compiled for the browser page that runs it. Keys are paths without their ending. */
export interface Bundle {
  platform: Platform
  app: AppConfig
  scripts: Record<string, string>
  configs: Record<string, PageConfig>
  styles: Record<string, string>
  /** Source of an expression: all templates by path. */
  templates: string
  templatePaths: string[]
  /** Templates of what stands inside built-in components that wrap an element of the browser. */
  inner: Record<'slot' | 'input' | 'textarea' | 'image', string>
}

export const pagesOf = ({ pages, subPackages, subpackages }: AppConfig): string[] => [
  ...pages,
  ...(subPackages ?? subpackages ?? []).flatMap((part) => part.pages.map((page) => `${part.root}/${page}`)),
]
