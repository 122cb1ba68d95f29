import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import {
  type RenderedBackend,
  type RenderedFile,
  renderBackend,
} from '../../sandbox/backends/backends.ts'
import { masksOf } from '../../sandbox/profile/masks.ts'
import type { Context } from '../context.ts'
import type { Exit } from '../exit-codes.ts'
import { load } from '../load.ts'
import { withRecords } from '../open-records.ts'
import { confinedServer, refusedByProfile } from '../sandbox/confined-server.ts'
import { recordedDenials } from '../sandbox/denials.ts'
import { inForceFor } from '../sandbox/in-force.ts'
import { type LearnOptions, learn } from '../sandbox/learn.ts'
import { preflightText, preflightView } from '../sandbox/preflight-text.ts'
import { profileText, profileView } from '../sandbox/profile-text.ts'
import { prove } from '../sandbox/prove.ts'
import { printable, show, table, talk } from '../terminal.ts'
import { timesOf } from '../time-option.ts'

/** `bailiwick sandbox check`: exits with 1 when the sandbox does not hold here. */
export async function sandboxCheck(
  context: Context,
  options: { readonly fresh: boolean },
): Promise<Exit> {
  const { config } = load(context)
  const found = await prove(context, config.dataDir, options)
  await show(context, preflightView(found), () => preflightText(context, found))
  return found.ok ? 'ok' : 'findings'
}

/** `bailiwick sandbox show SERVER`. */
export async function sandboxShow(context: Context, name: string): Promise<Exit> {
  const loaded = load(context)
  const server = await confinedServer(context, loaded, name)
  const proven = await prove(context, loaded.config.dataDir)
  const inForce = inForceFor(server.profile, proven)
  await show(context, profileView(server, inForce), () => profileText(server, inForce))
  return 'ok'
}

export interface DenialOptions {
  readonly server?: string
  readonly since?: string
  readonly limit: number
}

/** `bailiwick sandbox denials`: exits with 1 when there is any. */
export function sandboxDenials(context: Context, options: DenialOptions): Promise<Exit> {
  const { since, server, limit } = options
  const query = { limit, ...(server === undefined ? {} : { server }), ...timesOf({ since }) }
  return withRecords(context, async (records) => {
    const denials = await recordedDenials(records, query)
    const head = ['AT', 'SERVER', 'LAYER', 'WHAT', 'TARGET', 'WHY', 'TIMES', 'TO ALLOW IT']
    await show(context, { denials }, () =>
      table(
        head,
        denials.map(({ at, server: of, layer, op, target, reason, count, suggestion }) => [
          ...[at, of, layer, op || '-', target || '-', reason, String(count), suggestion ?? '-'],
        ]),
      ),
    )
    return denials.length === 0 ? 'ok' : 'findings'
  })
}

/** `bailiwick sandbox learn SERVER`. */
export function sandboxLearn(context: Context, name: string, options: LearnOptions): Promise<Exit> {
  return learn(context, name, options)
}

export interface RenderCommand {
  readonly backend: RenderedBackend
  readonly image?: string
  readonly out?: string
}

/** `bailiwick sandbox render SERVER`: the configuration of another backend. Starts nothing. */
export async function sandboxRender(
  context: Context,
  name: string,
  { backend, image, out }: RenderCommand,
): Promise<Exit> {
  const { profile, command, cwd, settings } = await confinedServer(context, load(context), name)
  const env = Object.fromEntries(
    [...Object.keys(settings.env), ...profile.env.pass].map((key) => [key, '']),
  )
  const launch = { server: name, command, cwd, env }
  const masks = await masksOf(name, profile)
  const rendered = rendering(() =>
    renderBackend(backend, profile, launch, { masks, ...(image === undefined ? {} : { image }) }),
  )
  const { files, notes, inForce } = rendered
  if (out !== undefined) writeFiles(resolve(context.cwd, out), files)
  const [first] = files
  await show(context, { backend, files, notes, inForce }, () =>
    out === undefined ? (first?.text.trimEnd().split('\n') ?? []) : files.map((file) => file.name),
  )
  for (const note of notes) talk(context, printable(`needed besides: ${note}`))
  if (out === undefined && files.length > 1)
    talk(context, `${files.length - 1} more files: \`--out\` writes all of them`)
  return 'ok'
}

function rendering<T>(render: () => T): T {
  try {
    return render()
  } catch (thrown) {
    throw refusedByProfile(thrown)
  }
}

function writeFiles(folder: string, files: readonly RenderedFile[]): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  for (const { name, text } of files) writeFileSync(join(folder, name), text, { mode: 0o600 })
}
