import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Programs that do nothing but say that they ran. */
const STUBS =
  'a b c cat cp curl date evil find2 git grep head id l ls mv nc node perl python python3 rm rmdir scp sed ssh su sudo tail tee touch wc wget whoami x y'.split(
    ' ',
  )

/** Programs that run others, which say so and then really do. */
const REAL =
  'awk bash busybox chroot dash env find flock ionice nice nohup setsid sh stdbuf taskset time timeout xargs'.split(
    ' ',
  )

/** A real shell, in which every program is a stub. */
export interface RealShell {
  /** Names of the programs that ran, as they were called. */
  ran(shell: 'bash' | 'sh', line: string): readonly string[]
  end(): void
}

/**
 * A folder of stubs, an empty folder to run in, and an empty environment. What is run must not name
 * programs or files by absolute paths: those are real.
 */
export function realShell(): RealShell {
  const folder = mkdtempSync(join(tmpdir(), 'shell-'))
  const [bin, log] = [join(folder, 'bin'), join(folder, 'log')]
  mkdirSync(bin)
  const say = `#!/bin/sh\nprintf '%s\\n' "\${0##*/}" >> ${log}\n`
  for (const name of STUBS) stub(bin, name, `${say}exit 0\n`)
  for (const name of REAL) {
    const real = ['/usr/bin', '/bin']
      .map((path) => join(path, name))
      .find((path) => existsSync(path))
    stub(bin, name, real ? `${say}exec ${real} "$@"\n` : `${say}exit 0\n`)
  }
  return {
    ran(shell, line) {
      writeFileSync(log, '')
      const cwd = mkdtempSync(join(folder, 'cwd-'))
      spawnSync(`/usr/bin/${shell}`, ['-c', line], {
        cwd,
        env: { PATH: bin },
        input: '',
        // Ends when the last one that holds the output does, also in the background.
        stdio: 'pipe',
        timeout: 10_000,
      })
      rmSync(cwd, { recursive: true, force: true, maxRetries: 5 })
      return readFileSync(log, 'utf8').split('\n').filter(Boolean)
    },
    end: () => rmSync(folder, { recursive: true, force: true }),
  }
}

function stub(bin: string, name: string, text: string): void {
  writeFileSync(join(bin, name), text)
  chmodSync(join(bin, name), 0o755)
}
