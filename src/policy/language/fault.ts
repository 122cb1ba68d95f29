/**
 * A policy could not be evaluated. The message is public: it names what the policy text names and
 * never a value of the request.
 */
export class Fault extends Error {
  override readonly name = 'Fault'
}

/** Ends the evaluation of a policy. @throws {Fault} always. */
export function fault(message: string): never {
  throw new Fault(message)
}
