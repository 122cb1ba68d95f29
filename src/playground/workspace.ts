import { mkdir, writeFile } from 'node:fs/promises'
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

/** Creates what is missing of the sample workspace in a folder; what is there stays as it is. */
export async function createWorkspace(folder: string): Promise<void> {
  for (const [path, content] of Object.entries(FILES)) {
    const file = join(folder, path)
    await mkdir(dirname(file), { recursive: true, mode: 0o700 })
    await writeFile(file, content, { flag: 'wx', mode: 0o600 }).catch(ignoreExisting)
  }
}

function ignoreExisting(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
}
