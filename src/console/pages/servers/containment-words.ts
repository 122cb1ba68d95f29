import type { Json } from '../../../kernel/json.ts'
import type { Tone } from '../../design/chip.tsx'
import type { ServerDetail } from './server-state.ts'

export type Containment = NonNullable<ServerDetail['containment']>

export const CONTAINMENT = {
  waiting: { word: 'not started yet', tone: 'plain' },
  started: { word: 'confined', tone: 'good' },
  open: { word: 'nothing confines it', tone: 'bad' },
  refused: { word: 'not started', tone: 'bad' },
} as const satisfies Readonly<Record<Containment['state'], { word: string; tone: Tone }>>

export const STRENGTHS = {
  hard: { word: 'holds', tone: 'good' },
  soft: { word: 'ends it later', tone: 'wait' },
  none: { word: 'not in force', tone: 'bad' },
} as const satisfies Readonly<
  Record<Containment['inForce'][number]['strength'], { word: string; tone: Tone }>
>

export const CONTROLS = {
  identity: 'Whom it runs as',
  files: 'Files',
  network: 'Network',
  syscalls: 'System calls',
  processes: 'Number of processes',
  memory: 'Memory',
  cpu: 'Processor time',
  'file-size': 'Size of files',
  'open-files': 'Open files',
  environment: 'Environment',
  lifetime: 'Ends with the gateway',
} as const satisfies Readonly<Record<Containment['inForce'][number]['control'], string>>

/** A recorded denial in words. What it tells comes from the server, and may be anything. */
export function denialLine(detail: Json | undefined): {
  readonly what: string
  readonly why: string
  readonly suggestion: string | undefined
} {
  const text = (name: string): string | undefined => {
    const value = Object(detail)[name]
    return typeof value === 'string' ? value : undefined
  }
  const times = Number(Object(detail)['count'] ?? 1)
  return {
    what: `${text('op') ?? 'something'} ${text('target') ?? ''}`.trim(),
    why: `${text('reason') ?? 'refused'}${times > 1 ? `, ${times} times` : ''}`,
    suggestion: text('suggestion'),
  }
}

/** Bytes as people say them. */
export function sizeWords(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const
  const step = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10))
  const value = bytes / 1024 ** step
  return `${Number.isInteger(value) ? value : value.toFixed(1)} ${units[step]}`
}
