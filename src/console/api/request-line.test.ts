import { expect, test } from 'vitest'
import { requestLine } from './request-line.ts'

test('members of the path stand there, whatever characters they hold', () => {
  expect(requestLine(['GET', '/users/{id}'], { id: 'a/b?c=ü' })).toEqual({
    method: 'GET',
    path: '/users/a%2Fb%3Fc%3D%C3%BC',
    body: undefined,
  })
})

test('the others stand in the query of what reads, and in the body of what changes', () => {
  expect(requestLine(['GET', '/grants'], { user: 'ada', all: 'true', limit: undefined })).toEqual({
    method: 'GET',
    path: '/grants?user=ada&all=true',
    body: undefined,
  })
  expect(requestLine(['PUT', '/users/{id}/groups'], { id: 'ada', groups: ['x'] })).toEqual({
    method: 'PUT',
    path: '/users/ada/groups',
    body: '{"groups":["x"]}',
  })
})

test('a missing member of the path is refused before anything is sent', () => {
  expect(() => requestLine(['GET', '/users/{id}'], {})).toThrow('`id` is missing')
  expect(() => requestLine(['GET', '/users/{id}'], { id: '' })).toThrow('`id` is missing')
})
