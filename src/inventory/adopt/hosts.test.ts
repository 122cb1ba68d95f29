import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import type { ReadConfig } from '../../kernel/inventory.ts'
import { readDocument } from '../formats/formats.ts'
import { readHosts } from '../read/read.ts'
import { HOST_FIXTURES } from '../testing/host-files.ts'
import { applyPlan } from './apply.ts'
import { openJournal } from './journal.ts'
import { nodeFiles } from './node-files.ts'
import { type PlanParts, planAdoption } from './plan.ts'
import type { Way } from './plan-words.ts'
import { release } from './release.ts'
import { SENSE } from './testing/home.ts'
import { keepers } from './testing/kept.ts'
import { isMap, valueAt } from './value-at.ts'

const files = nodeFiles()

/** A home with the files of all hosts. */
function homeOfAll() {
  const root = mkdtempSync(join(tmpdir(), 'bailiwick-adopt-hosts-'))
  const home = join(root, 'home')
  for (const { path, text } of HOST_FIXTURES) {
    const file = join(home, typeof path === 'string' ? path : path.linux)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
  }
  const owner = process.getuid?.()
  const read = () => readHosts({ os: 'linux', root, home, env: {}, projects: [], owner })
  const own = { uid: owner ?? 0, gid: process.getgid?.() ?? 0 }
  return { read, journal: openJournal(files, join(root, 'data', 'adoption'), own) }
}

function partsFor(configs: readonly ReadConfig[], prefer?: Way): PlanParts {
  return {
    ...{ gatewayUrl: 'http://localhost:7463', connect: ['/opt/bin/bailiwick', 'connect'] },
    ...{ servers: [], secrets: [], sense: SENSE, refusal: () => undefined },
    ...(prefer !== undefined && { prefer }),
    entryOf: ({ file, at }) => {
      const format = configs.find((config) => config.file === file)?.format ?? 'json'
      const entry = valueAt(readDocument(readFileSync(file, 'utf8'), format).value, at)
      return isMap(entry) ? entry : undefined
    },
  }
}

test.each<[Way | undefined]>([[undefined], ['connect']])(
  'every host reads what was written for it as a way to the gateway, and gets its bytes back (%s)',
  async (prefer) => {
    const { read, journal } = homeOfAll()
    const configs = await read()
    const before = configs.map(({ file }) => readFileSync(file, 'utf8'))
    const { plan, values } = planAdoption(configs, partsFor(configs, prefer))
    const servers = configs.flatMap((config) => config.servers)
    expect(plan.left.map(({ host, reason, message }) => [host, reason, message])).toEqual([])
    expect(plan.files.flatMap(({ entries }) => entries).length).toBe(servers.length)
    const { items } = await applyPlan(plan, values, { files, journal, ...keepers() })
    expect(items.filter(({ state }) => state === 'failed')).toEqual([])

    const adopted = await read()
    expect(adopted.flatMap(({ problems }) => problems)).toEqual([])
    const again = planAdoption(adopted, partsFor(adopted, prefer)).plan
    expect(again.files).toEqual([])
    expect([...new Set(again.left.map(({ reason }) => reason))]).toEqual(['ours'])
    expect(again.left.length).toBe(servers.length)
    for (const { enabled, unknown } of adopted.flatMap((config) => config.servers))
      expect([enabled, unknown]).toEqual([true, []])

    release({}, { files, journal })
    expect(configs.map(({ file }) => readFileSync(file, 'utf8'))).toEqual(before)
  },
)
