import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { homedir } from 'node:os'
import { basename, dirname, join, relative } from 'node:path'
import type { Probe } from './job.ts'

const read = (path: string): string => `read ${readFileSync(path, 'utf8').length} characters`

function write(path: string): string {
  writeFileSync(path, '#!/bin/sh\ntrue\n')
  unlinkSync(path)
  return 'written'
}

/** Opens without changing a thing: some of these would harm the machine. */
function openFor(path: string, flags: string): string {
  openSync(path, flags)
  return 'opened'
}

function through(link: string, target: string): string {
  rmSync(link, { force: true })
  symlinkSync(target, link)
  return read(link)
}

/** Every file below `/proc` that could tell of others, searched for what must not be there. */
function searched(secret: string): string {
  const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  const names = ['environ', 'cmdline', 'mountinfo']
  const texts = processes.flatMap((id) => names.map((name) => maybe(join('/proc', id, name))))
  return texts.some((text) => text.includes(secret)) ? 'found' : 'nothing'
}

function maybe(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

/** Moves the folder of a protected path away and makes another in its place. */
function replaced(folder: string, inside: string): string {
  renameSync(folder, `${folder}.away`)
  mkdirSync(join(folder, dirname(inside)), { recursive: true })
  writeFileSync(join(folder, inside), '#!/bin/sh\ntrue\n')
  return 'replaced'
}

/** What a server does to files. */
export const FILES: Readonly<Record<string, Probe>> = {
  'key of the user': ({ home }) => read(join(home, '.ssh/id_ed25519')),
  'credentials of the user': ({ home }) => read(join(home, '.aws/credentials')),
  'shadow file': () => read('/etc/shadow'),
  'folder beside the workspace': ({ neighbour }) => read(join(neighbour, 'notes.txt')),
  'way up from the workspace': ({ workspace, home }) =>
    read(`${workspace}/${relative(workspace, home)}/.ssh/id_ed25519`),
  'way up through a folder of processes': ({ home }) =>
    read(`/proc/self/root${home}/.ssh/id_ed25519`),
  'names of users': () => `${readFileSync('/etc/passwd', 'utf8').trim().split('\n').length} lines`,
  homes: () =>
    readdirSync('/home').every((name) => name === basename(homedir())) ? 'only its own' : 'others',
  'what is mounted': ({ home }) =>
    readFileSync('/proc/self/mountinfo', 'utf8').includes(home) ? 'told' : 'not told',

  'write to programs': () => write('/usr/bin/probe'),
  'write to settings': () => write('/etc/probe'),
  'write to the root': () => write('/probe'),
  'write to devices': () => write('/dev/probe'),
  'write to its code': ({ code }) => write(join(code, 'probe')),
  'change of its code': ({ code }) => openFor(join(code, 'hostile.ts'), 'r+'),
  'write to the workspace': ({ workspace }) => {
    const path = join(workspace, 'own.txt')
    writeFileSync(path, 'own')
    chmodSync(path, 0o750)
    return `${readFileSync(path, 'utf8')} ${(statSync(path).mode & 0o777).toString(8)}`
  },
  'write to its home': () => write(join(homedir(), 'own.txt')),
  'write to the folder for temporary files': () => write('/tmp/own.txt'),

  'link to the shadow file': ({ workspace }) => through(join(workspace, 'shadow'), '/etc/shadow'),
  'link to the key': ({ workspace, home }) =>
    through(join(workspace, 'key'), join(home, '.ssh/id_ed25519')),
  'second name for a program': ({ workspace }) => {
    linkSync('/usr/bin/true', join(workspace, 'true'))
    return 'linked'
  },
  'second name for its code': ({ workspace, code }) => {
    linkSync(join(code, 'hostile.ts'), join(workspace, 'hostile.ts'))
    return 'linked'
  },

  'hook of git': ({ workspace }) => write(join(workspace, '.git/hooks/pre-commit')),
  'settings of git': ({ workspace }) => openFor(join(workspace, '.git/config'), 'r+'),
  'settings of git replaced': ({ workspace }) => {
    const path = join(workspace, '.git/config')
    writeFileSync(`${path}.new`, '[core]\n')
    renameSync(`${path}.new`, path)
    return 'replaced'
  },
  'hooks moved away': ({ workspace }) => replaced(join(workspace, '.git/hooks'), 'pre-commit'),
  'hidden file': ({ workspace }) => read(join(workspace, '.env')),
  'hidden file below': ({ workspace }) => read(join(workspace, 'deep/down/.env.production')),
  'hidden key': ({ workspace }) => read(join(workspace, 'deep/server.pem')),
  'second name for a hidden file': ({ workspace }) => {
    linkSync(join(workspace, '.env'), join(workspace, 'copy'))
    return read(join(workspace, 'copy'))
  },
  'hidden file moved': ({ workspace }) => {
    renameSync(join(workspace, '.env'), join(workspace, 'moved'))
    return read(join(workspace, 'moved'))
  },
  'folder of a hidden file moved': ({ workspace }) => {
    renameSync(join(workspace, 'deep'), join(workspace, 'moved'))
    return read(join(workspace, 'moved/down/.env.production'))
  },
  'hidden file deleted': ({ workspace }) => {
    unlinkSync(join(workspace, '.env'))
    return 'deleted'
  },

  disks: () => {
    const disks = readdirSync('/dev').filter((name) =>
      /^(sd|vd|nvme|xvd|dm-|loop|mem$|kmsg$)/.test(name),
    )
    return disks.length === 0 ? 'none' : disks.join(' ')
  },
  'program for crashes': () => openFor('/proc/sys/kernel/core_pattern', 'r+'),
  'keys of the kernel': () => openFor('/proc/sysrq-trigger', 'a'),
  'program of the first process': () => openFor('/proc/1/exe', 'r+'),
  'root of the first process': ({ home }) => read(`/proc/1/root${home}/.ssh/id_ed25519`),
  'secrets in the folder of processes': ({ secret }) => searched(secret),
  'devices of the kernel': () => read('/sys/kernel/mm/transparent_hugepage/enabled'),
  'socket of docker': () => String(statSync('/var/run/docker.sock').mode),
  'what runs': () => {
    const found = ['/run', '/var/run', '/var/lib', '/var/log', '/root', '/boot', '/srv'].filter(
      (path) => existsSync(path) && safely(path) > 0,
    )
    return found.length === 0 ? 'nothing' : found.join(' ')
  },
}

function safely(path: string): number {
  try {
    return readdirSync(path).length
  } catch {
    return 0
  }
}

/** Tried after all others: what it does would spoil them. */
export const FILES_AT_LAST: Readonly<Record<string, Probe>> = {
  'folder of git moved away': ({ workspace }) =>
    replaced(join(workspace, '.git'), 'hooks/pre-commit'),
  'folder of an editor moved away': ({ workspace }) =>
    replaced(join(workspace, '.vscode'), 'tasks.json'),
}
