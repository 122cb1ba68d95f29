/** True when `path` is `folder`, or lies below it. Both absolute and normal. */
export function isWithin(path: string, folder: string): boolean {
  return path === folder || isBelow(path, folder)
}

/** True when `path` lies below `folder`. Both absolute and normal. */
export function isBelow(path: string, folder: string): boolean {
  return folder === '/' ? path !== '/' : path.startsWith(`${folder}/`)
}

/** The same place under another folder: `/a/x` of `/a` is `/b/x` of `/b`. */
export function moved(path: string, from: string, to: string): string {
  if (path === from) return to
  const rest = path.slice(from === '/' ? 0 : from.length)
  return to === '/' ? rest : `${to}${rest}`
}

/** How many names a path has. */
export function depthOf(path: string): number {
  return path === '/' ? 0 : path.split('/').length - 1
}
