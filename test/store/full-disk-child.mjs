/**
 * Runs in a mount namespace of its own: allocates while the disk is full to different degrees, and when it is read-only. Argument:
 * an empty folder. Prints what happened as JSON.
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { replaceFile } from '../../dist/store/atomic-file.js'
import { createPools } from '../../dist/store/pool-store.js'

const [root] = process.argv.slice(2)
execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'none', root])
const folder = join(root, 'resources')
mkdirSync(folder)
const file = join(folder, 'p')
const filler = join(root, 'filler')
const texts = Array.from({ length: 2500 }, (_, at) => `10.0.${at >> 8}.${at & 255}: null # c\n`)
writeFileSync(file, texts.join(''))
const report = { refused: 0, given: 0, wrong: [] }

const allocate = async (pools, id) => {
  const before = readFileSync(file, 'utf8')
  try {
    const value = await pools.allocate('p', { id, ids: [id] })
    report.given++
    if (!readFileSync(file, 'utf8').includes(`${value}: ${id} `)) report.wrong.push(`${id} is lost`)
  } catch (error) {
    report.refused++
    if (error.code !== 'data-root-unwritable') report.wrong.push(`${id}: ${error.stack}`)
    if (error.message.includes(root)) report.wrong.push(`${id}: ${error.message}`)
    if (readFileSync(file, 'utf8') !== before) report.wrong.push(`${id}: the file has changed`)
  }
  const left = readdirSync(folder).filter((name) => name.startsWith('.'))
  if (left.length > 0) report.wrong.push(`${id} leaves ${left}`)
}

const pools = createPools({ root, cwd: root })
for (let pages = 0; pages <= 64; pages += 2) {
  rmSync(filler, { force: true })
  try {
    writeFileSync(filler, Buffer.alloc(pages * 4096))
  } catch {
    // full to the brim
  }
  await allocate(pools, `x${pages}`)
  await allocate(createPools({ root, cwd: root }), `y${pages}`)
}
await replaceFile(join(root, 'other'), Buffer.alloc(300_000)).then(
  () => report.wrong.push('300 kB fit on 256'),
  (error) => {
    report.full = error.message
  },
)
rmSync(filler, { force: true })
await allocate(pools, 'last')
execFileSync('mount', ['-o', 'remount,ro', root])
const given = report.given
await allocate(pools, 'late')
if (report.given !== given) report.wrong.push('written to a read-only disk')
report.held = await pools.allocate('p', { id: 'last', ids: ['last'] })
report.heldAnew = await createPools({ root }).allocate('p', { id: 'last', ids: ['last'] })
report.readOnly = await pools.release('p', { value: report.held }).catch(({ message }) => message)
process.stdout.write(JSON.stringify(report))
