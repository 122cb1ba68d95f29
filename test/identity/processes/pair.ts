import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openRecords } from '../../../src/audit/audit.ts'
import type { Engine } from '../../../src/store/migrations.ts'
import { openStore } from '../../../src/store/store.ts'
import { freshOptions } from '../../../src/store/testing/fresh-store.ts'
import { startRecordingUpstream } from '../../attacks/recording-upstream.ts'
import { type RunningGateway, startGateway } from '../../support/gateway.ts'
import { operatorOn } from '../../support/operator.ts'
import type { Scene } from '../attacks/scene.ts'
import { startFront } from './front.ts'

/** Two gateways on one database, under one name. Its `gateway` is the first. */
export interface Pair extends Scene {
  readonly second: RunningGateway
  /** 32 bytes. */
  readonly sealKey: Uint8Array
  close(): Promise<void>
}

const TOOL = {
  name: 'list_notes',
  annotations: { readOnlyHint: true },
  inputSchema: { type: 'object', properties: {} },
}

/** Starts them as replicas are started: own data directories, and the database and seal key shared. */
export async function startPair(
  engine: Engine,
  identity: Readonly<Record<string, unknown>> = {},
): Promise<Pair> {
  const root = mkdtempSync(join(tmpdir(), 'bailiwick-pair-'))
  const ends: (() => unknown)[] = [() => rmSync(root, { recursive: true, force: true })]
  const close = async (): Promise<void> => {
    for (const end of ends.reverse()) await end()
  }
  try {
    const pair = await open(engine, root, identity, (end) => void ends.push(end))
    return { ...pair, close }
  } catch (error) {
    await close()
    throw error
  }
}

async function open(
  engine: Engine,
  root: string,
  identity: Readonly<Record<string, unknown>>,
  closing: (end: () => unknown) => void,
): Promise<Omit<Pair, 'close'>> {
  const options = await freshOptions(engine, root)
  const upstream = await startRecordingUpstream([TOOL])
  closing(upstream.stop)
  const front = await startFront()
  closing(front.stop)
  const sealKeyFile = join(root, 'seal.key')
  const start = async (name: string): Promise<RunningGateway> => {
    const gateway = await startGateway(
      { target: { transport: 'http', url: upstream.url } },
      {
        listen: { port: 0, publicUrl: front.origin },
        store: options,
        identity: { ...identity, sealKeyFile },
      },
      { dataDir: mkdtempSync(join(root, name)) },
    )
    closing(gateway.stop)
    return gateway
  }
  const a = await start('a')
  const b = await start('b')
  front.lead([a, b].map(({ origin }) => Number(new URL(origin).port)))
  const store = await openStore(options)
  closing(store.close)
  const sealKey = Buffer.from(readFileSync(sealKeyFile, 'utf8').trim(), 'base64url')
  const { operator, close } = await operatorOn(store, sealKey, front.origin)
  closing(close)
  const records = openRecords(store, join(root, 'records.head'))
  return {
    ...{ gateway: a, second: b, issuer: front.origin, upstream, store, sealKey, operator },
    events: async (event) => (await records.events({ event, limit: 100 })).events,
  }
}
