import type { GatewayError } from '../../kernel/errors.ts'
import { type Mistake, sentenceOf } from './fields.ts'
import type { Form } from './form.ts'
import { MAX_PASSWORD } from './login-page.ts'

/** Reads a new password that is typed twice. */
export function newPassword(form: Form): {
  readonly password: string | undefined
  readonly mistakes: readonly Mistake[]
} {
  const password = form.get('password') ?? ''
  const mistakes: Mistake[] = []
  if (password === '') mistakes.push({ field: 'password', text: 'Enter a new password.' })
  else if (password.length > MAX_PASSWORD)
    mistakes.push({ field: 'password', text: 'That password is too long.' })
  else if (form.get('again') !== password)
    mistakes.push({ field: 'again', text: 'The two passwords are not the same.' })
  return { password: mistakes.length === 0 ? password : undefined, mistakes }
}

/** What was said against a password, as a sentence. */
export function passwordMistake(error: GatewayError): Mistake {
  return { field: 'password', text: sentenceOf(error) }
}
