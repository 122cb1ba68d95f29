import { type Stats, statSync } from 'node:fs'
import { operatorKeyFile, readOperatorKey } from '../operator/operator-key.ts'
import { type Finding, findingOf } from './finding.ts'

/** The version of Node. Who runs an older one never gets here. */
export function checkNode(): Finding {
  return { check: 'node', state: 'ok', message: process.versions.node }
}

/** Whether only its owner can change the configuration: it names programs that are started. */
export function checkConfigFile(path: string | undefined): Finding {
  const check = 'configuration'
  if (path === undefined)
    return { check, state: 'ok', message: 'no file: `bailiwick up` starts the playground' }
  if (mayWrite(statSync(path)))
    return {
      check,
      state: 'warn',
      message: `others can change ${path}`,
      fix: `run \`chmod go-w ${path}\``,
    }
  return { check, state: 'ok', message: path }
}

/** Whether the data directory is closed to others. */
export function checkDataDir(dataDir: string): Finding {
  const check = 'data directory'
  const stat = statSync(dataDir, { throwIfNoEntry: false })
  if (stat === undefined)
    return { check, state: 'warn', message: `${dataDir} is made at the first start` }
  if (!stat.isDirectory())
    return { check, state: 'fail', message: `${dataDir} is no folder`, fix: 'name another one' }
  if (process.platform !== 'win32' && stat.uid !== process.getuid?.())
    return {
      check,
      state: 'fail',
      message: `${dataDir} belongs to somebody else`,
      fix: 'name a folder of your own with `--data-dir`',
    }
  if (process.platform !== 'win32' && (stat.mode & 0o077) !== 0)
    return {
      check,
      state: 'warn',
      message: `others can look into ${dataDir}`,
      fix: `run \`chmod 700 ${dataDir}\``,
    }
  return { check, state: 'ok', message: dataDir }
}

/** Whether the operator's key is there, whole, and closed to others. */
export function checkOperatorKey(dataDir: string): Finding {
  const check = 'operator key'
  const path = operatorKeyFile(dataDir)
  if (statSync(path, { throwIfNoEntry: false }) === undefined)
    return { check, state: 'warn', message: `${path} is made at the first start` }
  try {
    readOperatorKey(dataDir)
    return { check, state: 'ok', message: path }
  } catch (error) {
    return findingOf(check, error, 'remove the file and start the gateway again')
  }
}

function mayWrite({ mode }: Stats): boolean {
  return process.platform !== 'win32' && (mode & 0o022) !== 0
}
