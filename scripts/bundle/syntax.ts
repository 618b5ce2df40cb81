import { parse, type Node } from 'acorn'

type Tree = Node & Record<string, unknown>
const isNode = (value: unknown): value is Tree => typeof value === 'object' && value !== null && typeof (value as Node).type === 'string'
const below = (node: Tree): Tree[] =>
  Object.values(node)
    .flatMap((value) => (Array.isArray(value) ? value : [value]))
    .filter(isNode)

/** Names that a function, or the file, declares: ES5 has no other scopes but that of `catch`. */
function declared(scope: Tree, names: Set<string>): Set<string> {
  for (const node of below(scope)) {
    if (node.type === 'VariableDeclarator' || node.type === 'FunctionDeclaration') {
      const name = (node['id'] as Tree | null)?.['name']
      if (typeof name === 'string') names.add(name)
    }
    if (node.type !== 'FunctionDeclaration' && node.type !== 'FunctionExpression') declared(node, names)
  }
  return names
}

/** Parses a file as ES5 and answers which properties of `object`, a global, it uses. Throws with line and column where it is not ES5. */
export function usedOf(object: string, source: string): Set<string> {
  const used = new Set<string>()
  const visit = (node: Tree, isShadowed: boolean): void => {
    let shadowed = isShadowed
    if (node.type === 'FunctionDeclaration' || node.type === 'FunctionExpression') {
      const names = new Set((node['params'] as Tree[]).map((one) => String(one['name'])))
      shadowed ||= declared(node['body'] as Tree, names).has(object)
    } else if (node.type === 'CatchClause' && (node['param'] as Tree | null)?.['name'] === object) shadowed = true
    else if (node.type === 'MemberExpression' && !shadowed && node['computed'] === false) {
      const [of, property] = [node['object'] as Tree, node['property'] as Tree]
      if (of.type === 'Identifier' && of['name'] === object) used.add(String(property['name']))
    }
    for (const child of below(node)) visit(child, shadowed)
  }
  const tree = parse(source, { ecmaVersion: 5, allowReserved: true }) as unknown as Tree
  visit(tree, declared(tree, new Set()).has(object))
  return used
}
