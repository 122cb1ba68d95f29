import type { SecurityEvent, Witness } from './event.ts'

/**
 * Has an event witnessed, then does it. What fails after that is witnessed as refused, so that the
 * evidence never says more than happened.
 *
 * @throws as the witness, and then nothing was done; as `act`.
 */
export async function witnessed<T>(
  witness: Witness,
  event: Omit<SecurityEvent, 'outcome'>,
  act: () => Promise<T>,
): Promise<T> {
  await witness({ ...event, outcome: 'done' })
  try {
    return await act()
  } catch (error) {
    // The error that ended it says more than a second one about the evidence.
    await witness({ ...event, outcome: 'refused' }).catch(() => {})
    throw error
  }
}
