import './design/tokens.css'
import './design/base.css'
import './design/controls.css'
import './design/parts.css'
import './design/overlays.css'
import './design/table.css'
import './design/text.css'
import './app/shell.css'
import { CSPProvider } from '@base-ui/react/csp-provider'
import { Tooltip } from '@base-ui/react/tooltip'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { queries } from './api/queries.ts'
import { MeProvider } from './app/me.tsx'
import { router } from './app/router.tsx'
import { applyTheme } from './app/theme.ts'
import { Toasts } from './app/toasts.tsx'

applyTheme()
const root = document.getElementById('root')
if (root !== null)
  createRoot(root).render(
    <StrictMode>
      <CSPProvider disableStyleElements>
        <QueryClientProvider client={queries}>
          <Tooltip.Provider delay={400}>
            <MeProvider>
              <Toasts>
                <RouterProvider router={router} />
              </Toasts>
            </MeProvider>
          </Tooltip.Provider>
        </QueryClientProvider>
      </CSPProvider>
    </StrictMode>,
  )
