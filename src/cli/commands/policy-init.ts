import { mkdirSync, writeFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { stringify } from 'yaml'
import { readPolicyTests } from '../../policy/tests/read-tests.ts'
import { CommandError } from '../command-error.ts'
import type { Context } from '../context.ts'
import type { Exit } from '../exit-codes.ts'
import { type Pack, packFor, packs, type Shelved, sets } from '../policy/shelf.ts'
import { paint, show, talk } from '../terminal.ts'

interface InitOptions {
  readonly server?: string
  readonly into: string
}

/** Names of its policies begin with the name of the server, and must not get too long. */
const SERVER = /^[a-z0-9][a-z0-9-]{0,31}$/

/** `bailiwick policy init [PACK]`: copies a pack of policies into a folder, or lists what there is. */
export async function policyInit(
  context: Context,
  name: string | undefined,
  { server, into }: InitOptions,
): Promise<Exit> {
  if (name === undefined) return list(context)
  if (server !== undefined && !SERVER.test(server))
    throw new CommandError(`\`${server.slice(0, 100)}\` is no name for the server of a pack`, {
      exit: 'usage',
      fix: 'a name is 1 to 32 of `a-z`, `0-9` and `-`, and does not begin with `-`',
    })
  const pack = packFor(name, server)
  if (pack === undefined)
    throw new CommandError(`there is no pack \`${name.slice(0, 100)}\``, {
      exit: 'usage',
      fix: `there are ${packs()
        .map((one) => `\`${one.name}\``)
        .join(', ')}`,
    })
  // Two copies of a pack are for two servers.
  const folder = resolve(context.cwd, into, server ?? name)
  write(folder, pack)
  const shown = shownPath(context, folder)
  const configuration = configurationFor(pack, shown)
  const value = { pack: name, server: pack.server, folder, files: namesOf(pack), configuration }
  await show(context, value, () => [
    ...namesOf(pack).map((file) => `written: ${shown}/${file}`),
    '',
    paint(context, 'bold', 'put into bailiwick.yaml:'),
    ...stringify(configuration, { flowCollectionPadding: true }).trimEnd().split('\n'),
  ])
  talk(context, `\nread it, change what is not yours, then: bailiwick policy test ${shown}`)
  return 'ok'
}

async function list(context: Context): Promise<Exit> {
  const value = { sets: sets(), packs: packs() }
  const lines = (all: readonly Shelved[]): readonly string[] => {
    const width = Math.max(...all.map(({ name }) => name.length))
    return all.map(({ name, about }) => `  ${name.padEnd(width)}  ${about}`)
  }
  await show(context, value, () => [
    paint(context, 'bold', 'sets, named under `policies`'),
    ...lines(value.sets),
    '',
    paint(context, 'bold', 'packs, copied by `bailiwick policy init <pack>`'),
    ...lines(value.packs),
  ])
  return 'ok'
}

function write(folder: string, { files }: Pack): void {
  try {
    mkdirSync(join(folder, '..'), { recursive: true })
    mkdirSync(folder)
  } catch (cause) {
    const exists = cause instanceof Error && 'code' in cause && cause.code === 'EEXIST'
    throw new CommandError(
      exists ? `\`${folder}\` exists already` : `\`${folder}\` cannot be made`,
      {
        exit: exists ? 'usage' : 'configuration',
        fix: exists
          ? 'nothing is overwritten: choose another folder with `--into`, or another name with `--server`'
          : 'choose another folder with `--into`',
        cause,
      },
    )
  }
  for (const { file, text } of files) writeFileSync(join(folder, file), text, { flag: 'wx' })
}

function namesOf({ files }: Pack): readonly string[] {
  return files.map(({ file }) => file)
}

/** The members of `bailiwick.yaml` that the pack needs. */
function configurationFor(pack: Pack, folder: string) {
  const { places, server } = pack
  const tools = toolsOf(pack)
  return {
    policies: ['balanced', 'flow', folder],
    ...(places.length === 0
      ? {}
      : { places: Object.fromEntries(places.map((place) => [place, `/path/to/${place}`])) }),
    ...(tools === undefined ? {} : { servers: { [server]: { tools } } }),
  }
}

/** Its tests say what the arguments of tools are where their names do not; the gateway must know it too. */
function toolsOf({ files, server }: Pack) {
  const tools = files
    .filter(({ file }) => file.endsWith('.test.yaml'))
    .map((source) => readPolicyTests(source))
    .flatMap(({ world, tests }) =>
      Object.entries(world.servers[server]?.tools ?? {}).map(([name, tool]) => {
        const calls = tests.filter(({ request }) => request.target.name === name)
        const effects = calls[0]?.request.target.classification.effects ?? []
        return [name, { effects, ...tool }] as const
      }),
    )
  return tools.length === 0 ? undefined : Object.fromEntries(tools)
}

function shownPath({ cwd }: Context, folder: string): string {
  const path = relative(cwd, folder).replaceAll('\\', '/')
  return path.startsWith('..') ? folder : `./${path}`
}
