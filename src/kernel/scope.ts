import type { Classification, Target, ToolEffect } from './access.ts'

/** What a scope allows of a kind of access, least first. Each includes those before it. */
export const ACCESS_LEVELS = ['read', 'write', 'execute'] as const
export type AccessLevel = (typeof ACCESS_LEVELS)[number]

/** The scope that asks for refresh tokens (OpenID Connect Core 1.0 section 11). */
export const OFFLINE_ACCESS = 'offline_access'
/** What a client gets that asks for nothing: reading. */
export const DEFAULT_SCOPES: readonly string[] = ['read']

const LEVEL_OF: Readonly<Record<ToolEffect, AccessLevel>> = {
  read: 'read',
  write: 'write',
  delete: 'write',
  send: 'write',
  pay: 'write',
  execute: 'execute',
  admin: 'execute',
}

/** The level that a target needs: the highest of its effects; without any, the highest there is. */
export function levelOf({ effects }: Pick<Classification, 'effects'>): AccessLevel {
  const levels = effects.map((effect) => ACCESS_LEVELS.indexOf(LEVEL_OF[effect]))
  return ACCESS_LEVELS[levels.length === 0 ? 2 : Math.max(...levels)] ?? 'execute'
}

/**
 * The scope that allows one target and nothing else: `server:tool` for tools, `server/prompts` and
 * `server/resources` for what has no classes of its own. What a scope cannot hold (RFC 6749 section
 * 3.3) is percent-encoded, so that two names never share a scope.
 */
export function scopeOf({ kind, server, name }: Pick<Target, 'kind' | 'server' | 'name'>): string {
  return kind === 'tool' ? `${server}:${escapeName(name)}` : `${server}/${kind}s`
}

/** Whether scopes allow a target: by its own scope, or by its level or a higher one. */
export function allows(scopes: readonly string[], target: Target): boolean {
  const needed = ACCESS_LEVELS.indexOf(levelOf(target.classification))
  const own = scopeOf(target)
  return scopes.some((scope) => scope === own || isLevel(scope, needed))
}

/** A scope that names one tool: its server and the tool's name; undefined for any other scope. */
export function toolOfScope(scope: string): { server: string; name: string } | undefined {
  const [, server, escaped] = /^([a-z0-9][a-z0-9-]*):([!-~]+)$/.exec(scope) ?? []
  if (server === undefined || escaped === undefined) return undefined
  try {
    const name = decodeURIComponent(escaped)
    return escapeName(name) === escaped ? { server, name } : undefined
  } catch {
    return undefined
  }
}

/**
 * Whether every scope asked for lies within what was given: the same scope, or one of a level that
 * includes it. A tool's own scope lies within no level, since the level of a tool can change.
 */
export function within(asked: readonly string[], given: readonly string[]): boolean {
  return asked.every((scope) => {
    const level = (ACCESS_LEVELS as readonly string[]).indexOf(scope)
    return given.some((one) => one === scope || (level >= 0 && isLevel(one, level)))
  })
}

function isLevel(scope: string, needed: number): boolean {
  return (ACCESS_LEVELS as readonly string[]).indexOf(scope) >= needed && needed >= 0
}

function escapeName(name: string): string {
  return name.replace(/[^A-Za-z0-9._~!$&'()*+,;=:@/-]/gu, (char) =>
    char.isWellFormed() ? encodeURIComponent(char) : '%EF%BF%BD',
  )
}
