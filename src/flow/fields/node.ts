/**
 * What a reader finds in a text. As JSON, but members keep their order and may repeat, and a number whose
 * digits JavaScript cannot hold is a string.
 */
export type Node = null | boolean | number | string | readonly Node[] | Members | NodeObject

/** A parsed message is a node as it stands. */
export type NodeObject = { readonly [name: string]: Node | undefined }

/** The members of a mapping, as written. */
export class Members {
  readonly names: string[] = []
  readonly nodes: Node[] = []

  add(name: string, node: Node): void {
    this.names.push(name)
    this.nodes.push(node)
  }
}

/** Containers within containers, at most: what lies deeper is read as a text. */
export const MAX_DEPTH = 64
