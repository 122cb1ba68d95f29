import type { PathFact } from '../../kernel/facts.ts'
import type { Place } from '../analyser.ts'
import type { PathFlag } from './flags.ts'
import { isWindowsShaped, joined, type Lexical, posixLexical, windowsLexical } from './lexical.ts'
import { nameFlags } from './name-flags.ts'
import { type Readings, readingsOf } from './readings.ts'

/** Longest path that any supported system opens, in bytes (limits.h: PATH_MAX). */
const MAX_LENGTH = 4_096

/** All that a text may lead to: a fact for each reading, the literal one first. */
export interface PathReading {
  readonly facts: readonly PathFact[]
  /** Why nobody can say where it leads. */
  readonly unclear?: string
}

/** One reading of a text, before it has a place among the facts. */
interface Route extends Pick<PathFact, 'style' | 'lexical' | 'real' | 'exists'> {
  readonly flags: readonly PathFlag[]
  readonly unclear?: string
}

/** Reads a text as a path, in all ways that a server may. Empty when it cannot be a path at all. */
export function readPath(text: string, place: Place, origin: PathFact['origin']): PathReading {
  const broken = whyBroken(text)
  if (broken !== undefined) return { facts: [], unclear: broken }
  const readings = readingsOf(text)
  const routes = readings.texts.flatMap((reading) => routesOf(reading, place))
  const unclear = readings.unclear ?? routes.find((route) => route.unclear !== undefined)?.unclear
  const facts = factsOf(text, routes, readings, { at: place.at, origin })
  return { facts, ...(unclear === undefined ? {} : { unclear }) }
}

function whyBroken(text: string): string | undefined {
  if (text === '') return 'is empty'
  if (text.includes('\0')) return 'holds a NUL character'
  if (!text.isWellFormed()) return 'is not Unicode text'
  if (text.length > MAX_LENGTH || Buffer.byteLength(text) > MAX_LENGTH) return 'is too long'
  return undefined
}

function factsOf(
  text: string,
  routes: readonly Route[],
  { flags }: Readings,
  { at, origin }: Pick<PathFact, 'at' | 'origin'>,
): readonly PathFact[] {
  const different = new Map<string, PathFact>()
  for (const { flags: own, unclear: _, ...route } of routes) {
    const key = `${route.style} ${route.lexical}\0${route.real}`
    const known = different.get(key)
    const all = new Set<PathFlag>([...flags, ...own])
    if (different.size > 0) all.add('alternate')
    // There it separates names, and everybody knows.
    if (routes[0]?.style === 'windows') all.delete('backslash')
    if (!known) different.set(key, { at, origin, flags: [...all].sort(), text, ...route })
    // There for some reading, it is no new file.
    else if (route.exists) different.set(key, { ...known, exists: true })
  }
  return [...different.values()]
}

function routesOf(text: string, place: Place): readonly Route[] {
  const { cwd, local } = place
  if (cwd !== undefined && isWindowsShaped(cwd)) return [windowsRoute(text, cwd)]
  const known = local || cwd !== undefined
  if (!known && isWindowsShaped(text)) return [windowsRoute(text, cwd)]
  const routes = posixRoutes(text, place)
  const windows = known ? isWindowsShaped(text) : differsOnWindows(text)
  return windows ? [...routes, windowsRoute(text, undefined)] : routes
}

/** Whether a server of unknown kind, were it Windows, would open something else. */
function differsOnWindows(text: string): boolean {
  if (/^\/(?!\/)/.test(text)) return false
  if (/^[A-Za-z]:|^\/\//.test(text)) return true
  const windows = windowsLexical(text, undefined).path.replaceAll('\\', '/')
  const flags = [...nameFlags(text, 'windows', windows)]
  return windows !== posixLexical(text, undefined).path || flags.includes('device')
}

function windowsRoute(text: string, cwd: string | undefined): Route {
  const { path, absolute } = windowsLexical(text, cwd)
  const flags = [...nameFlags(text, 'windows', path), ...relativeFlag(absolute)]
  const route: Route = { style: 'windows', lexical: path, flags }
  if (flags.includes('short-name')) return { ...route, unclear: 'holds a short name of Windows' }
  return flags.includes('device') ? { ...route, unclear: 'names a device of Windows' } : route
}

function posixRoutes(text: string, place: Place): readonly Route[] {
  const { local, cwd } = place
  const lexical = posixLexical(text, cwd)
  const flags = [...nameFlags(text, 'posix', lexical.path), ...relativeFlag(lexical.absolute)]
  const route: Route = { style: 'posix', lexical: lexical.path, flags }
  if (flags.includes('magic')) {
    return [{ ...route, unclear: 'leads somewhere else for each process' }]
  }
  if (!local || !lexical.absolute) return [route]
  const given = joined(text, cwd)
  const straight = followed(route, given, place)
  // After a link, `..` leads elsewhere for the system than for a server that normalises first.
  return given === lexical.path ? [straight] : [straight, followed(route, lexical.path, place)]
}

function relativeFlag(absolute: Lexical['absolute']): readonly PathFlag[] {
  return absolute ? [] : ['relative']
}

function followed(route: Route, absolute: string, place: Place): Route {
  const found = place.world.files.follow(absolute)
  if (found.kind === 'blocked') return { ...route, unclear: found.why }
  const { real, exists, linked } = found
  const flags = new Set([...route.flags, ...nameFlags(real, 'posix', real)])
  if (linked && real !== unlinked(route.lexical, place)) flags.add('linked')
  return { ...route, real, exists, flags: [...flags] }
}

/** Where it would lead if there were links only on the way to the folder that it counts from. */
function unlinked(lexical: string, { cwd, world }: Place): string | undefined {
  if (cwd === undefined) return undefined
  const folder = posixLexical(cwd, undefined).path
  if (lexical !== folder && !lexical.startsWith(`${folder}/`)) return undefined
  const found = world.files.follow(folder)
  return found.kind === 'followed' ? `${found.real}${lexical.slice(folder.length)}` : undefined
}
