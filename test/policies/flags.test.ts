import { expect, test } from 'vitest'
import { AMOUNT_FLAGS } from '../../src/analysis/amounts/flags.ts'
import { IDENTIFIER_FLAGS } from '../../src/analysis/identifiers/flags.ts'
import { MEDIA_FLAGS } from '../../src/analysis/media/flags.ts'
import { PATH_FLAGS } from '../../src/analysis/paths/flags.ts'
import { PATTERN_FLAGS } from '../../src/analysis/patterns/flags.ts'
import { RECIPIENT_FLAGS } from '../../src/analysis/recipients/flags.ts'
import { SHELL_FLAGS } from '../../src/analysis/shell/flags.ts'
import { SQL_FLAGS } from '../../src/analysis/sql/flags.ts'
import { URL_FLAGS } from '../../src/analysis/urls/flags.ts'
import { HARMLESS } from '../../src/policy/guards/flags.ts'

const FLAGS = {
  path: PATH_FLAGS,
  url: URL_FLAGS,
  shell: SHELL_FLAGS,
  recipient: RECIPIENT_FLAGS,
  amount: AMOUNT_FLAGS,
  identifier: IDENTIFIER_FLAGS,
  media: MEDIA_FLAGS,
  pattern: PATTERN_FLAGS,
  sql: SQL_FLAGS,
}

test.each(Object.entries(FLAGS))(
  'guards know the harmless flags of %s as the analyser writes them',
  (kind, flags) => {
    const harmless = HARMLESS[kind as keyof typeof FLAGS]
    expect([...harmless].filter((flag) => !Object.hasOwn(flags, flag))).toEqual([])
    expect(Object.keys(flags).length).toBeGreaterThan(harmless.size)
  },
)
