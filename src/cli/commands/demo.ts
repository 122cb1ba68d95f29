import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Config, configFrom } from '../../config/config.ts'
import { runDemo } from '../../playground/demo.ts'
import { connectDirectly } from '../../playground/direct.ts'
import type { Tools } from '../../playground/gullible-agent.ts'
import { playgroundConfig } from '../../playground/playground.ts'
import { recordView } from '../call-view.ts'
import { startGateway } from '../compose.ts'
import type { Context } from '../context.ts'
import type { Exit } from '../exit-codes.ts'
import { type GatewayHttp, openGatewayHttp } from '../gateway-http.ts'
import { mcpClient } from '../mcp-client.ts'
import { openRecordsOf } from '../open-records.ts'
import { claim } from '../run-file.ts'
import { json, line, logger, paint } from '../terminal.ts'

/** Milliseconds for one call of the agent, with the start of the server that it needs. */
const TIMEOUT = 30_000
const MOST_RECORDS = 1_000

/** Gives a thing and has it ended, last first, when the demo is over. */
type Hold = <Thing>(thing: Thing, end: (thing: Thing) => unknown) => Thing

/**
 * `bailiwick demo`: the playground in a folder of its own, and an agent that obeys every word, with
 * the gateway and without it. `findings` when it does not go as promised.
 */
export async function demo(context: Context): Promise<Exit> {
  const ends: (() => unknown)[] = []
  const hold: Hold = (thing, end) => {
    ends.push(() => end(thing))
    return thing
  }
  try {
    return await play(context, hold)
  } finally {
    for (const end of ends.reverse()) await end()
  }
}

async function play(context: Context, hold: Hold): Promise<Exit> {
  const root = hold(mkdtempSync(join(tmpdir(), 'bailiwick-demo-')), (folder) =>
    rmSync(folder, { recursive: true, force: true }),
  )
  const config = await guardedConfig(context, join(root, 'with'))
  const guarded = await startGuarded(context, config, hold)
  const bare = await playgroundConfig({ dataDir: join(root, 'without') })
  const unguarded = hold(await connectDirectly(bare.servers), (tools) => tools.close())
  const { records } = hold(await openRecordsOf(config, context), (opened) => opened.close())
  const lines: string[] = []
  const ok = await runDemo({
    guarded: { ...guarded, dataDir: config.dataDir },
    unguarded: { ...unguarded, dataDir: join(root, 'without') },
    readRecords: async () => (await records.tail(0, MOST_RECORDS)).map(recordView),
    print: (text) => (context.options.json ? void lines.push(text) : line(context, text)),
    paint: (color, text) => paint(context, color, text),
  })
  if (context.options.json) await json(context, { ok, lines })
  return ok ? 'ok' : 'findings'
}

/** The playground on any free port, whatever else runs on this machine. */
async function guardedConfig(context: Context, dataDir: string): Promise<Config> {
  const value = await playgroundConfig({ dataDir })
  return configFrom({ ...value, dataDir, listen: { port: 0 } }, dataDir, context)
}

async function startGuarded(context: Context, config: Config, hold: Hold): Promise<Tools> {
  const { dataDir } = config
  const held = hold(claim(dataDir, new Date()), (claimed) => claimed.release())
  const log = logger(context)
  const started = await startGateway({ config, dataDir, env: context.env, log })
  const { url, issuer } = hold(started, (gateway) => gateway.close())
  held.announce({ url, issuer, certificate: undefined })
  return toolsOf(hold(openGatewayHttp(dataDir), (http) => http.close()))
}

function toolsOf(http: GatewayHttp): Tools {
  const client = mcpClient(http, '/mcp', TIMEOUT)
  return {
    listTools: async () => (await client.tools()).map(({ name }) => String(name)),
    callTool: (name, args) => client.request('tools/call', { name, arguments: args }),
  }
}
