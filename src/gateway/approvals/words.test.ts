import { expect, test } from 'vitest'
import { approvalWorld, call, resultOf } from '../testing/approval-world.ts'
import { LIFT, liftedBy } from '../testing/approvals.ts'
import { fakeExchange } from '../testing/fakes.ts'
import { type Refusal, refusedAnswer } from './words.ts'

/** The words to a model that was refused. */
async function said(refusal: Refusal): Promise<string> {
  const made = approvalWorld({ policy: liftedBy(LIFT) })
  await made.gateway.handle(call('2025-03-26', {}))
  const [asked] = made.desk.calls
  if (!asked) throw new Error('nobody was asked')
  const answer = refusedAnswer(fakeExchange('tools/call', { name: 'wipe' }), asked, refusal)
  const [{ text }] = resultOf(answer)['content'] as [{ text: string }]
  return text
}

const AGAIN = 'Make the call again only if it is still wanted: a person is asked anew.'
const NO =
  'Do not make the same call again, nor one that comes to the same, unless the user wants it.'

test.each<[Refusal['why'], number | undefined, string]>([
  ['declined', 600_000, NO],
  ['withdrawn', undefined, NO],
  ['flooded', 1_001, 'Make no such call for 2 s.'],
  ['flooded', undefined, 'Do not make the same call again.'],
  ['expired', undefined, AGAIN],
  ['void', undefined, AGAIN],
  ['used', undefined, AGAIN],
])('%s: what to do next is said', async (why, retryAfter, words) => {
  const text = await said({ why, message: 'the words of it', retryAfter })
  const [first, second, third] = text.split('\n')
  expect(first).toBe('Not approved: the words of it. Nothing was done. Why: it deletes things.')
  expect(second).toBe(words)
  expect(third).toMatch(/^Request id: [-\w]+\.$/)
})
