import type { InForce, SandboxMount } from '../../kernel/sandbox.ts'
import { printable, table } from '../terminal.ts'
import type { ConfinedServer } from './confined-server.ts'
import { controlsTable } from './preflight-text.ts'
import { commandText, reviewOf } from './start-up-text.ts'
import { bytesText, hostText, trickedText } from './tricked.ts'

/** What `bailiwick sandbox show` shows with `--json`. Of the environment, names alone. */
export function profileView(server: ConfinedServer, inForce: readonly InForce[]) {
  const { name, settings, wish, profile, command, cwd, notes } = server
  return {
    server: name,
    ...{ command, cwd: cwd ?? null, package: wish ?? null },
    env: Object.keys(settings.env).sort(),
    review: reviewOf([settings.command, ...settings.args]),
    ...{ profile, notes, inForce, tricked: trickedText(profile, inForce) },
  }
}

/** The same for people. */
export function profileText(
  server: ConfinedServer,
  inForce: readonly InForce[],
): readonly string[] {
  const { settings, wish, profile, command, cwd, notes } = server
  const { fs, network, env, limits, syscalls } = profile
  const started = [settings.command, ...settings.args]
  const names = [...Object.keys(settings.env), ...env.pass]
  const rows: readonly (readonly [string, string])[] = [
    ['command', commandText(command)],
    ['package', wish === undefined ? 'none: a program of this machine' : packageText(wish)],
    ['folder', cwd ?? 'its home in the sandbox'],
    ['backend', `${profile.backend}${profile.required ? ', required' : ', or none at all'}`],
    ['runs as', String(profile.runAs)],
    [
      'network',
      network.mode === 'allowlist' ? network.allow.map(hostText).join(', ') : network.mode,
    ],
    ['env', names.length === 0 ? 'only what the sandbox sets' : names.join(', ')],
    ['sockets', syscalls.unixSockets === 'deny' ? 'no local ones' : 'local ones'],
    [
      'limits',
      `memory ${bytesText(limits.memory)}, ${limits.pids} processes, ${limits.cpu} processors, ${limits.files} open files, files up to ${bytesText(limits.fileSize)}`,
    ],
    [
      'in memory',
      `home ${bytesText(fs.home)}, /tmp ${bytesText(fs.tmp)}, /dev/shm ${bytesText(fs.shm)}`,
    ],
  ]
  return [
    ...rows.map(([key, value]) => `${key.padEnd(9)}  ${printable(value)}`),
    ...reviewOf(started).map(({ risk, text }) => `${risk.padEnd(9)}  ${printable(text)}`),
    ...notes.map((note) => `note       ${printable(note)}`),
    ...mountTable([...mounts(fs.ro, 'read'), ...mounts(fs.rw, 'write')]),
    ...(inForce.length === 0 ? [] : ['', ...controlsTable(inForce)]),
    '',
    `If it were tricked: ${printable(trickedText(profile, inForce))}`,
  ]
}

type MountRow = readonly [seen: string, may: string, here: string]

function mounts(all: readonly SandboxMount[], may: string): readonly MountRow[] {
  return all.map(({ from, to, optional }) => [to, optional ? `${may}, if there` : may, from])
}

function mountTable(rows: readonly MountRow[]): readonly string[] {
  if (rows.length === 0) return ['mounts     none besides the system']
  return ['', ...table(['IT SEES', 'TO', 'WHICH IS'], rows)]
}

function packageText({
  ecosystem,
  name,
  version,
  provenance,
  scripts,
}: NonNullable<ConfinedServer['wish']>): string {
  const which = `${ecosystem} ${name}@${version ?? '(the version that was approved)'}`
  return `${which}, provenance ${provenance}, install scripts ${scripts ? 'run without a network' : 'do not run'}`
}
