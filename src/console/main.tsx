import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import type { Api } from '../admin/admin.ts'

type Ids = keyof Api

const first: Ids = 'users.list'
const root = document.getElementById('root')
if (root) createRoot(root).render(<StrictMode>{first}</StrictMode>)
