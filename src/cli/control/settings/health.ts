import type { HealthView } from '../../../admin/settings/ports.ts'
import { toGatewayError } from '../../../kernel/errors.ts'
import type { ControlParts } from '../administration.ts'

/** Milliseconds that the clocks of this machine and of the database may differ. */
const CLOCKS = 2_000

type Parts = Pick<ControlParts, 'config' | 'store' | 'records' | 'policies' | 'links' | 'catalog'>

/** Which parts of the gateway work, asked now. */
export async function healthOf(parts: Parts): Promise<readonly HealthView[]> {
  const { config } = parts
  const asked = await Promise.all([
    checked('store', () => storeHealth(parts)),
    checked('records', () => recordsHealth(parts)),
    checked('policies', async () => policiesHealth(parts)),
  ])
  const servers = Object.keys(config.servers).map((name) => serverHealth(parts, name))
  return [...asked, ...servers]
}

type Said = Omit<HealthView, 'part'>

async function checked(part: string, look: () => Promise<Said>): Promise<HealthView> {
  try {
    return { part, ...(await look()) }
  } catch (error) {
    const { code, message } = toGatewayError(error)
    return { part, ok: false, detail: `it does not answer: ${message} (${code})` }
  }
}

async function storeHealth({ store: { db, engine } }: Parts): Promise<Said> {
  const started = performance.now()
  await db.selectFrom('migration').select('version').limit(1).execute()
  const took = Math.round(performance.now() - started)
  return { ok: true, detail: `${engine} answers in ${took} ms` }
}

async function recordsHealth({ store: { db } }: Parts): Promise<Said> {
  const head = await db.selectFrom('record_head').select('seq').executeTakeFirst()
  const last = await db
    .selectFrom('record')
    .select('at')
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst()
  const ahead = (last?.at ?? 0) - Date.now()
  if (ahead > CLOCKS)
    return { ok: false, detail: `the last record is ${ahead} ms ahead of this clock` }
  return { ok: true, detail: `${head?.seq ?? 0} records` }
}

function policiesHealth({ policies }: Parts): Said {
  const { hash, policies: all } = policies.set()
  const problem = policies.problem()
  const inForce = `${hash.slice(0, 12)} in force, ${all.length} policies`
  if (problem === undefined) return { ok: true, detail: inForce }
  return { ok: false, detail: `${inForce}; what stands in the files cannot be loaded: ${problem}` }
}

function serverHealth({ config, links, catalog }: Parts, name: string): HealthView {
  const part = `server ${name}`
  if (config.servers[name]?.enabled !== true) return { part, ok: true, detail: 'disabled' }
  const { open, met, failures, failed } = links.of(name)
  if (failures > 0 && failed !== undefined)
    return { part, ok: false, detail: `${failures} failures, the last: ${failed.message}` }
  if (met === undefined) return { part, ok: true, detail: 'nobody has used it yet' }
  const tools = catalog.toolsOf(name).length
  return { part, ok: true, detail: `${open} links, ${tools} tools` }
}
