import { Toast } from '@base-ui/react/toast'

/** Short messages at the edge of the screen; screen readers read them out. */
export const toasts = Toast.createToastManager()

/** Says that something was done. */
export function say(title: string, description?: string): void {
  toasts.add({ title, type: 'good', ...(description === undefined ? {} : { description }) })
}

/** Says that something failed; stays until it is closed. */
export function sayFailure(title: string, error: unknown): void {
  const { message, requestId } = error as { readonly message?: string; readonly requestId?: string }
  const words = [message, requestId === undefined ? undefined : `Request ${requestId}`]
  toasts.add({
    title,
    type: 'bad',
    priority: 'high',
    timeout: 0,
    description: words.filter((one) => one !== undefined).join('. '),
  })
}
