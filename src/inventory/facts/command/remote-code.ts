import { type Evidence, evidence } from '../evidence.ts'
import type { Launch } from './launch.ts'
import type { ServerPackage } from './package.ts'

/** Code that is fetched and run without anybody having seen it. */
export interface RemoteCode {
  /**
   * `piped`: what a URL answers is run at once. `unpinned`: a package or an image in whatever version there is.
   * `repository`: a branch or a tag of one. `address`: a file behind a URL.
   */
  readonly kind: 'piped' | 'unpinned' | 'repository' | 'address'
  readonly evidence: Evidence
}

const FETCH = /\b(?:curl|wget|iwr|irm|invoke-webrequest|invoke-restmethod|fetch)\b/i
const RUN =
  /\|\s{0,8}(?:sudo\s{1,8})?(?:[\w/]{0,40}\/)?(?:sh|bash|zsh|dash|python3?|node|ruby|perl|iex|invoke-expression)\b|\b(?:iex|eval|invoke-expression|source)\b|(?:sh|bash)\s{1,8}(?:-c\s{1,8})?["']?(?:<\(|\$\()/i

/** Ways in which a start runs code from elsewhere that nobody pinned. */
export function remoteCodeOf(
  launch: Launch,
  found: ServerPackage | undefined,
  shown: string,
): readonly RemoteCode[] {
  const script = launch.script?.slice(0, 16_384) ?? ''
  const piped = FETCH.test(script) && RUN.test(script)
  return [
    ...(piped ? [{ kind: 'piped' as const, evidence: evidence('command', script) }] : []),
    ...(found?.floating ? [{ kind: kindOf(found), evidence: evidence('command', shown) }] : []),
  ]
}

function kindOf({ source }: ServerPackage): RemoteCode['kind'] {
  if (source === 'git') return 'repository'
  return source === 'url' ? 'address' : 'unpinned'
}
