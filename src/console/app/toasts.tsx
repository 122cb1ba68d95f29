import { Toast } from '@base-ui/react/toast'
import { CircleCheck, OctagonX, X } from 'lucide-react'
import type { ReactNode } from 'react'
import { toasts } from './say.ts'

/** Where messages of `say` appear. */
export function Toasts({ children }: { readonly children: ReactNode }): ReactNode {
  return (
    <Toast.Provider toastManager={toasts} timeout={6_000}>
      {children}
      <Toast.Portal>
        <Toast.Viewport className="toasts">
          <List />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  )
}

function List(): ReactNode {
  return Toast.useToastManager().toasts.map((toast) => (
    <Toast.Root key={toast.id} toast={toast} className="toast" data-type={toast.type}>
      {toast.type === 'bad' ? <OctagonX aria-hidden /> : <CircleCheck aria-hidden />}
      <Toast.Content className="toast-words">
        <Toast.Title className="toast-title" />
        <Toast.Description className="toast-more" />
      </Toast.Content>
      <Toast.Close className="icon-button" aria-label="Close">
        <X aria-hidden />
      </Toast.Close>
    </Toast.Root>
  ))
}
