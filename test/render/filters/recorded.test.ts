import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { ValueFault } from '../../../src/render/python/fault.ts'
import { call } from './call.ts'

interface RecordedCall {
  readonly filter: string
  readonly value: unknown
  readonly args?: readonly unknown[]
  readonly named?: Readonly<Record<string, unknown>>
  readonly result?: unknown
  readonly fails?: true
}

const folder = new URL('./recorded/', import.meta.url)
const files = readdirSync(folder).filter((name) => name.endsWith('.jsonl'))

function readCalls(file: string): readonly RecordedCall[] {
  const lines = readFileSync(new URL(file, folder), 'utf8').trimEnd().split('\n')
  return lines.map((line): RecordedCall => JSON.parse(line))
}

function answer({ filter, value, args, named }: RecordedCall): unknown {
  const before = structuredClone(value)
  try {
    return { result: call(filter, value, args, named) ?? null }
  } catch (error) {
    if (error instanceof ValueFault) return { fails: true }
    throw error
  } finally {
    expect(value, 'a filter leaves its value alone').toEqual(before)
  }
}

test.each(files)('%s: every answer is the one Ansible gave', (file) => {
  const calls = readCalls(file)
  expect(calls.length).toBeGreaterThan(50)
  for (const each of calls) {
    const { result, fails } = each
    const expected = fails === true ? { fails } : { result }
    // what JSON cannot tell apart (-0, not a number) is not recorded either
    expect(JSON.parse(JSON.stringify(answer(each))), JSON.stringify(each)).toEqual(expected)
  }
})
