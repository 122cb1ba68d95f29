import { existsSync, lstatSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { type Loaded, parseConfig } from '../../config/config.ts'
import { extendServer, type ListAddition } from '../../config/edit.ts'
import { type Observer, observer } from '../../sandbox/learn/observation.ts'
import { type Looked, type Proposal, propose } from '../../sandbox/learn/propose.ts'
import { CommandError } from '../command-error.ts'
import type { Context } from '../context.ts'
import type { Exit } from '../exit-codes.ts'
import { load } from '../load.ts'
import { headFile, openRecordsOf } from '../open-records.ts'
import { replaceFile } from '../private-file.ts'
import { show, talk } from '../terminal.ts'
import { type ConfinedServer, confinedServer } from './confined-server.ts'
import { recordedDenials } from './denials.ts'
import { watchServer } from './learn-live.ts'
import { proposalText } from './proposal-text.ts'

export interface LearnOptions {
  readonly seconds?: number
  readonly write: boolean
  readonly yes: boolean
}

/** Recorded denials that a proposal goes by. */
const MAX_DENIALS = 1_000

/** Proposes settings from what is on record, and from watching the server when `seconds` says so. */
export async function learn(
  context: Context,
  name: string,
  { seconds, write, yes }: LearnOptions,
): Promise<Exit> {
  const loaded = load(context)
  const server = await confinedServer(context, loaded, name)
  const seen = observer(name)
  const recorded = await recall(context, loaded, seen, name)
  const watched =
    seconds === undefined ? undefined : await watchServer(context, loaded, server, seen, seconds)
  talk(
    context,
    `${recorded} recorded denials${seconds === undefined ? '; `--seconds` watches it' : ''}`,
  )
  if (watched !== undefined)
    talk(
      context,
      watched.traced
        ? 'watched its files by `strace`'
        : 'without `strace`: of files, only what it says it was refused',
    )
  if (watched?.failed !== undefined) talk(context, `it did not answer: ${watched.failed}`)
  const proposal = propose({
    ...{ server: name, profile: server.profile, observation: seen.observation(), look },
    workspace: workspaceOf(server),
    homes: [context.homedir],
  })
  await show(context, proposal, () => proposalText(proposal))
  if (write) await writeDown(context, loaded, proposal, yes)
  return 'ok'
}

/** What was refused to it before, in the gateway. */
async function recall(
  context: Context,
  { config }: Loaded,
  seen: Observer,
  server: string,
): Promise<number> {
  const { store, dataDir } = config
  if (store.kind === 'sqlite' && !existsSync(store.path) && !existsSync(headFile(dataDir))) return 0
  const { records, close } = await openRecordsOf(config, context)
  try {
    const denials = await recordedDenials(records, { server, limit: MAX_DENIALS })
    for (const { layer, op, target, reason } of denials)
      if (layer === 'net' || layer === 'dns' || layer === 'fs')
        seen.denied({ server, layer, op, target, reason })
    return denials.length
  } finally {
    await close()
  }
}

/** Folders that the command names: what the server is meant to work on. */
function workspaceOf({ settings, command }: ConfinedServer): readonly string[] {
  return command
    .slice(1)
    .filter((argument) => /^[./~]/.test(argument))
    .map((argument) => resolve(settings.cwd, argument))
    .filter((path) => look(path)?.kind === 'folder')
}

function look(path: string): Looked | undefined {
  try {
    lstatSync(path)
    const real = realpathSync(path)
    const stat = statSync(real)
    return { real, kind: stat.isFile() ? 'file' : stat.isDirectory() ? 'folder' : 'other' }
  } catch {
    return undefined
  }
}

/** @throws {CommandError} `usage` when nobody is there to ask, or the answer is no. */
async function writeDown(
  context: Context,
  { path }: Loaded,
  { server, lines }: Proposal,
  yes: boolean,
): Promise<void> {
  if (lines.length === 0) return talk(context, 'there is nothing to write')
  if (path === undefined) throw new CommandError('there is no configuration', { exit: 'usage' })
  await agreed(context, `Write these ${lines.length} lines into ${path}?`, yes)
  const keys = ['network.allow', 'fs.ro', 'fs.rw'] as const
  const lists: ListAddition[] = keys.map((key) => ({
    path: ['sandbox', ...key.split('.')],
    add: lines.filter((line) => line.key === key).map(({ value }) => value),
  }))
  const isNetwork = lines.some(({ key }) => key === 'network.allow')
  const mode = { path: ['sandbox', 'network', 'mode'], value: 'allowlist' }
  const text = extendServer(
    readFileSync(path, 'utf8'),
    server,
    lists.filter(({ add }) => add.length > 0),
    isNetwork ? [mode] : [],
  )
  parseConfig(text, path, context)
  replaceFile(path, text)
  talk(context, `wrote ${path}; a running gateway takes this up when it is started again`)
}

async function agreed(context: Context, question: string, yes: boolean): Promise<void> {
  if (yes) return
  const { stdin, stderr, signal } = context
  if ((stdin as { isTTY?: boolean }).isTTY !== true)
    throw new CommandError('nothing is written without a question', {
      exit: 'usage',
      fix: 'say `--yes` if you have read the proposal',
    })
  const lines = createInterface({ input: stdin, output: stderr })
  try {
    const typed = await lines.question(`${question} [y/N] `, { signal })
    if (!/^y(es)?$/i.test(typed.trim()))
      throw new CommandError('nothing was written', { exit: 'usage' })
  } finally {
    lines.close()
  }
}
