/** Opens a fake switch with a script that never ends, and says so: somebody kills this process then. */
import { createFakeEos } from './fake-eos.ts'

const eos = await createFakeEos()
const script = eos.start('#!/bin/sh\nsetsid sleep 1000 &\necho runs\nexec sleep 1000\n')
while (!script.stdout.includes('runs')) await new Promise((resolve) => setTimeout(resolve, 5))
console.log(JSON.stringify({ root: eos.path('/') }))
