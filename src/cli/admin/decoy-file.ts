import { existsSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import type { CanaryKind } from '../../kernel/canary.ts'
import { CommandError } from '../command-error.ts'
import type { Context } from '../context.ts'
import { createFile } from '../private-file.ts'

/** What a value is called where values have names. */
const NAMES: Readonly<Record<CanaryKind, string>> = {
  'aws-key': 'aws_credentials',
  'github-token': 'github_token',
  'api-key': 'api_key',
  password: 'db_password',
  url: 'backup_url',
  email: 'admin_email',
  record: 'customer',
}

/**
 * Where a decoy is to be written. Nothing that is there is touched.
 *
 * @throws {CommandError} `usage` when there is something of that name.
 */
export function freshFile({ cwd }: Pick<Context, 'cwd'>, name: string): string {
  const file = resolve(cwd, name)
  if (existsSync(file)) throw isThere(name)
  return file
}

/** @throws {CommandError} `usage` when somebody made a file of that name meanwhile. */
export function writeDecoy(file: string, kind: CanaryKind, value: string): void {
  if (!createFile(file, decoyText(file, kind, value))) throw isThere(file)
}

function isThere(name: string): CommandError {
  return new CommandError(`there is a file \`${name}\` already`, {
    exit: 'usage',
    fix: 'name another one, or plant without `--file` and put the value where it belongs',
  })
}

/** A decoy in the words of the file that it stands in, told by the name of the file. */
export function decoyText(file: string, kind: CanaryKind, value: string): string {
  const name = basename(file)
  if (name.endsWith('.json')) return `${JSON.stringify(inJson(kind, value), undefined, 2)}\n`
  if (/^\.env(?:\.|$)|\.env$/.test(name)) return inEnv(kind, value)
  return kind === 'aws-key' ? `[default]\n${value}\n` : `${value}\n`
}

function inJson(kind: CanaryKind, value: string): object {
  if (kind === 'record') return JSON.parse(value)
  return kind === 'aws-key' ? Object.fromEntries(pairs(value)) : { [NAMES[kind]]: value }
}

function inEnv(kind: CanaryKind, value: string): string {
  const all = kind === 'aws-key' ? pairs(value) : [[NAMES[kind], value] as const]
  return all.map(([name, one]) => `${name.toUpperCase()}='${one}'\n`).join('')
}

/** `name = value`, one a line. */
function pairs(value: string): readonly (readonly [name: string, value: string])[] {
  return value.split('\n').map((line) => {
    const at = line.indexOf(' = ')
    return [line.slice(0, at), line.slice(at + 3)] as const
  })
}
