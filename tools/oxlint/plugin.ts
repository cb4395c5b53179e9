/** House rules that no shelf rule covers. Nodes are ESTree; only the members looked at are typed. */
type Node = {
  readonly type: string
  readonly name?: string
  readonly object?: Node
  readonly property?: Node
  readonly callee?: Node
  readonly arguments?: readonly Node[]
}
type Context = { report(found: { node: Node; message: string }): void }

const isMember = (node: Node | undefined, object: string, property: string): boolean =>
  node?.type === 'MemberExpression' &&
  node.object?.name === object &&
  node.property?.name === property

const noWallClock = {
  create: (context: Context) => ({
    CallExpression(node: Node): void {
      if (isMember(node.callee, 'Date', 'now') || isMember(node.callee, 'Math', 'random')) {
        context.report({ node, message: 'Take time and chance from the Clock and Ids ports.' })
      }
    },
    NewExpression(node: Node): void {
      if (node.callee?.name === 'Date' && node.arguments?.length === 0) {
        context.report({ node, message: 'Take the time from the Clock port.' })
      }
    },
  }),
}

const noFloatMoney = {
  create: (context: Context) => ({
    CallExpression(node: Node): void {
      const name = node.callee?.name ?? node.callee?.property?.name
      if (name === 'parseFloat' || name === 'toFixed') {
        context.report({ node, message: 'Money is bigint: no floats here (ADR-0004).' })
      }
    },
  }),
}

export default {
  meta: { name: 'orchestra' },
  rules: {
    'no-wall-clock': noWallClock,
    'no-float-money': noFloatMoney,
  },
}
