import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url))

/** How a command line ended. */
export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A place of its own for one test: a home, a current folder, and nothing of the machine's. */
export interface Place {
  readonly root: string
  readonly env: Readonly<Record<string, string>>
  file(name: string, text: string): string
  /** Runs the real program to its end. */
  run(
    args: readonly string[],
    options?: { input?: string; env?: Record<string, string> },
  ): Promise<Ended>
  /** Starts the real program. Whoever calls ends it. */
  start(args: readonly string[]): ChildProcess
}

export function createPlace(): Place {
  const root = mkdtempSync(join(tmpdir(), 'bailiwick-cli-'))
  mkdirSync(join(root, 'home'))
  mkdirSync(join(root, 'policies'))
  writeFileSync(
    join(root, 'policies', 'all.cedar'),
    '@id("all") permit (principal, action, resource);\n',
  )
  const env = { PATH: process.env['PATH'] ?? '', HOME: join(root, 'home'), NO_COLOR: '1' }
  const start = (args: readonly string[], more: Record<string, string> = {}): ChildProcess =>
    spawn(process.execPath, [MAIN, ...args], { cwd: root, env: { ...env, ...more } })
  return {
    root,
    env,
    file(name, text) {
      const path = join(root, name)
      writeFileSync(path, text)
      return path
    },
    run(args, { input = '', env: more = {} } = {}) {
      const child = start(args, more)
      child.stdin?.end(input)
      return ended(child)
    },
    start,
  }
}

/** Collects what a child says until it ends. */
export function ended(child: ChildProcess): Promise<Ended> {
  let stdout = ''
  let stderr = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, stdout, stderr }))
  })
}
