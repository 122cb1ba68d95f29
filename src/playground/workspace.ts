import { constants } from 'node:fs'
import { mkdir, open } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** The files of the sample workspace, by path. */
const FILES: Readonly<Record<string, string>> = {
  'README.md': `# Harbour, operations

Shared notes of the operations team. What is in \`confidential/\` stays in the house.
`,
  'notes/berths.md': `# Berths, week 47

- Berth 1: MV Aurelia until Wednesday, then free for the pilot boat.
- Berth 2: closed, the fenders are being replaced.
- Berth 3: MV Santa Irene from Tuesday 06:00, needs shore power.
- Berth 4: crane 4 is back in service; bulk cargo resumes on Monday.
`,
  'notes/standup.md': `# Stand-up

- Fenders for berth 2 are ordered from Northgate, delivery in two weeks.
- The pilot boat's engine is due for service.
`,
  'tariffs.csv': `service,unit,price
berthing,metre and day,4.20
shore power,kWh,0.31
pilotage,call,380.00
`,
  'confidential/salaries.csv': `name,role,salary
Mara Lindqvist,head of operations,78500
Jonas Brandt,crane supervisor,61200
Edda Holm,pilot,83900
`,
}

/**
 * Creates what is missing of the sample workspace in a folder; what is there stays as it is.
 *
 * @param owner who has it then, as a numeric user and group; who creates it when absent.
 */
export async function createWorkspace(folder: string, owner?: number): Promise<void> {
  await createFolder(folder, owner)
  for (const [path, content] of Object.entries(FILES)) {
    const file = join(folder, path)
    if (dirname(file) !== folder) await createFolder(dirname(file), owner)
    await createFile(file, content, owner)
  }
}

/** Creates a folder, closed to others, and those above it; only itself is given to its owner. */
export async function createFolder(folder: string, owner?: number): Promise<void> {
  await mkdir(dirname(folder), { recursive: true, mode: 0o700 })
  const made = await unlessThere(mkdir(folder, { mode: 0o700 }).then(() => true))
  if (made === undefined || owner === undefined) return
  // By its descriptor: what stands at the path may be another thing by now.
  const { O_DIRECTORY, O_NOFOLLOW, O_RDONLY } = constants
  const handle = await open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
  await handle.chown(owner, owner).finally(() => handle.close())
}

async function createFile(file: string, content: string, owner?: number): Promise<void> {
  const handle = await unlessThere(open(file, 'wx', 0o600))
  if (handle === undefined) return
  try {
    await handle.writeFile(content)
    if (owner !== undefined) await handle.chown(owner, owner)
  } finally {
    await handle.close()
  }
}

async function unlessThere<T>(made: Promise<T>): Promise<T | undefined> {
  try {
    return await made
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return undefined
    throw error
  }
}
