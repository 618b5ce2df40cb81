/** Pages of the stand-ins that a browser visits in place of the host's own windows, and what they bring back in the address. */

const here = (): URL => new URL(window.location.href)

/** Leaves for a page of the stand-ins; it comes back to `back`, a page of ours, with its answer in the query. */
export const visit = (page: string, query: Readonly<Record<string, string>>, back: string): Promise<never> => {
  const to = new URL(page, SANDBOX_BASE)
  for (const [name, value] of Object.entries(query)) to.searchParams.set(name, value)
  to.searchParams.set('return', `${window.location.origin}${window.location.pathname}${window.location.search}#${back}`)
  window.location.assign(to.href)
  return new Promise(() => undefined) // the page is gone before anything else happens
}

/** Takes an answer out of the address, once. */
export const brought = (name: string): string | undefined => {
  const url = here()
  const value = url.searchParams.get(name)
  if (value === null) return undefined
  url.searchParams.delete(name)
  window.history.replaceState(window.history.state, '', url.href)
  return value
}
