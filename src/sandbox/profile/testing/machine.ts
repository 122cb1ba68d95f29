import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { GatewayError } from '../../../kernel/errors.ts'
import type { SandboxMount } from '../../../kernel/sandbox.ts'
import { bareProfile } from '../../testing/profile.ts'
import { type Confined, type Confinement, confine } from '../confine.ts'
import type { SandboxSettings } from '../settings.ts'

/** A folder that stands for a machine: a home, a data directory, programs and workspaces. */
export interface TestMachine {
  readonly root: string
  /** A path of it. */
  at(name: string): string
  /** Writes files, each with its folders. */
  write(files: Readonly<Record<string, string>>): void
  /** Writes a program. */
  program(name: string, text: string): void
  confine(more: Partial<Confinement>, fs?: Partial<SandboxSettings['fs']>): Promise<Confined>
  remove(): void
}

export function testMachine(): TestMachine {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'machine-')))
  const at = (name: string): string => join(root, name)
  const write = (files: Readonly<Record<string, string>>): void => {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(at(name)), { recursive: true })
      writeFileSync(at(name), text)
    }
  }
  for (const folder of ['home', 'state/servers/other', 'bin', 'ws'])
    mkdirSync(at(folder), { recursive: true })
  return {
    root,
    at,
    write,
    program(name, text) {
      write({ [name]: text })
      chmodSync(at(name), 0o755)
    },
    confine: (more, fs = {}) =>
      confine({
        server: 'a',
        settings: settings(fs),
        command: '/bin/sh',
        args: [],
        cwd: at('ws'),
        home: at('home'),
        dataDir: at('state'),
        path: `${at('bin')}:/usr/bin:/bin`,
        ...more,
      }),
    remove: () => rmSync(root, { recursive: true, force: true }),
  }
}

function settings(fs: Partial<SandboxSettings['fs']>): SandboxSettings {
  const bare = bareProfile()
  return { ...bare, fs: { ...bare.fs, state: 'none', ...fs } }
}

export function mount(from: string, to = from): SandboxMount {
  return { from, to, optional: false }
}

/** `reason key` of what it was refused for, or `accepted`. */
export async function refusalOf(run: Promise<unknown>): Promise<string> {
  try {
    await run
    return 'accepted'
  } catch (error) {
    if (!(error instanceof GatewayError) || error.code !== 'sandbox_unavailable') throw error
    return `${error.data?.['reason']} ${error.data?.['key']}`
  }
}
