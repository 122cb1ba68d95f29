import type { EgressRule, InForce, SandboxProfile } from '../../kernel/sandbox.ts'

/**
 * What a server could do if its code, or whoever talks it into things, turned against its owner: sentences
 * that follow from its profile and from what is in force, and from nothing else.
 */
export function trickedText(profile: SandboxProfile, inForce: readonly InForce[]): string {
  return [
    reading(profile),
    changing(profile),
    sending(profile),
    `It gets its own environment${profile.env.pass.length === 0 ? ' and nothing of yours' : `, and of yours ${listed(profile.env.pass)}`}.`,
    staying(profile),
    ...open(inForce),
  ].join(' ')
}

function reading({ fs }: SandboxProfile): string {
  const shown = [...fs.ro, ...fs.rw].map(({ from }) => from)
  const more = shown.length === 0 ? 'nothing else of yours' : listed(shown)
  return `It could read the programs of this system and ${more}, but not your home, keys or other programs.`
}

function changing({ fs }: SandboxProfile): string {
  const folders = [...fs.rw.map(({ from }) => from), ...(fs.state === undefined ? [] : [fs.state])]
  if (folders.length === 0) return 'It could change no file that stays.'
  const kept =
    fs.protect.length === 0 ? '' : `, except what is protected there (${listed(fs.protect, 4)})`
  return `It could change or delete everything in ${listed(folders)}${kept}.`
}

function sending({ network: { mode, allow } }: SandboxProfile): string {
  if (mode === 'unrestricted')
    return 'It could send all of that to any host, and reach every program of this machine and its network.'
  if (mode === 'none' || allow.length === 0)
    return 'It could send nothing anywhere but in its answers.'
  return `It could send all of that to ${listed(allow.map(hostText))}, and nowhere else but in its answers.`
}

export function hostText({ host, ports, proto }: EgressRule): string {
  return `${host}:${ports.join('/')} (${proto})`
}

function staying({ limits }: SandboxProfile): string {
  return `It could use ${bytesText(limits.memory)} of memory and ${limits.pids} processes, and nothing of it would be left once it is stopped.`
}

/** What does not hold, or not at once. */
function open(inForce: readonly InForce[]): readonly string[] {
  const named = (strength: InForce['strength']): string =>
    inForce
      .filter((one) => one.strength === strength)
      .map(({ control }) => control)
      .join(', ')
  const [none, soft] = [named('none'), named('soft')]
  return [
    ...(none === '' ? [] : [`Nothing holds it back here in: ${none}.`]),
    ...(soft === '' ? [] : [`It is ended only a moment after it exceeds: ${soft}.`]),
  ]
}

function listed(words: readonly string[], most = 8): string {
  const shown = words.slice(0, most).map((word) => `\`${word}\``)
  return [...shown, ...(words.length > most ? [`${words.length - most} more`] : [])].join(', ')
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const

export function bytesText(bytes: number): string {
  let size = bytes
  let unit = 0
  while (size >= 1024 && unit < UNITS.length - 1) {
    size /= 1024
    unit += 1
  }
  return `${Number(size.toFixed(1))} ${UNITS[unit]}`
}
