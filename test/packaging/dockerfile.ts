/** Reads a Dockerfile, and does in folders what a builder would do in images, as far as no image is needed. */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { plainEnvironment } from './started-program.ts'

export interface Instruction {
  readonly name: string
  readonly text: string
}

/** The instructions in order; lines that are continued are one. */
export function parseDockerfile(text: string): Instruction[] {
  const withoutComments = text.replace(/^[ \t]*#.*\n/gm, '')
  return withoutComments
    .replace(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [, name = '', rest = ''] = /^(\w+)\s+(.*)$/.exec(line) ?? []
      return { name, text: rest }
    })
}

export interface Stage {
  readonly name: string
  /** The folder that stands for the root of its image. */
  readonly root: string
  readonly instructions: readonly Instruction[]
  readonly env: Readonly<Record<string, string>>
  /** As the image has it. */
  readonly workdir: string
  /** `RUN` lines that need an image, and were not done. */
  readonly left: readonly string[]
}

export interface Replay {
  /** Holds one folder for each stage. */
  readonly folder: string
  /** What the builder is given. */
  readonly context: string
  /** `RUN` lines that only an image can take. */
  readonly needsImage: RegExp
}

/** The folders that the Dockerfile uses; a path below them in a command is meant to be below the stage's root. */
const ownPaths =
  /(?<![\w./-])\/(?=(?:build|package|opt\/ztpush|lab|var\/lib\/ztpush|usr\/local\/bin)(?![\w-]))/g

/** Does every stage. @throws when a step fails, with what it printed */
export function replayDockerfile(instructions: readonly Instruction[], replay: Replay): Stage[] {
  const starts = instructions.flatMap(({ name }, at) => (name === 'FROM' ? [at] : []))
  const stages: Stage[] = []
  for (const [index, start] of starts.entries()) {
    const own = instructions.slice(start, starts[index + 1])
    const name = / AS (\S+)$/i.exec(own[0]?.text ?? '')?.[1] ?? 'last'
    stages.push(replayStage(name, own, stages, replay))
  }
  return stages
}

/** A path of an image, as a path of the folder that stands for it. */
export function inStage(root: string, text: string): string {
  return text.replace(ownPaths, `${root}/`)
}

function replayStage(
  name: string,
  instructions: readonly Instruction[],
  before: readonly Stage[],
  { folder, context, needsImage }: Replay,
): Stage {
  const root = join(folder, `stage-${name}`)
  mkdirSync(join(root, 'usr/local/bin'), { recursive: true })
  const env: Record<string, string> = {}
  const left: string[] = []
  let workdir = '/'
  for (const { name: kind, text } of instructions) {
    const here = join(root, workdir)
    if (kind === 'WORKDIR') {
      workdir = text
      mkdirSync(join(root, workdir), { recursive: true })
    } else if (kind === 'ENV') {
      for (const [, key = '', value = ''] of text.matchAll(/(\w+)=(\S+)/g)) env[key] = value
    } else if (kind === 'COPY') {
      const [, from, words = ''] = /^(?:--from=(\S+) )?(.*)$/.exec(text) ?? []
      const sources = words.split(' ')
      const target = sources.pop() ?? ''
      const source = before.find((stage) => stage.name === from)?.root ?? context
      copy(source, sources, target.startsWith('/') ? join(root, target) : join(here, target))
    } else if (kind === 'RUN') {
      if (needsImage.test(text)) left.push(text)
      else run(inStage(root, text), here)
    }
  }
  return { name, root, instructions, env, workdir, left }
}

/** The contents of folders are copied, as a builder does it. */
function copy(source: string, names: readonly string[], target: string): void {
  mkdirSync(target, { recursive: true })
  for (const name of names) {
    const isFile = /\.\w+$/.test(name)
    cpSync(join(source, name), isFile ? join(target, basename(name)) : target, {
      recursive: true,
      verbatimSymlinks: true,
    })
  }
}

function run(command: string, cwd: string): void {
  const env = { ...plainEnvironment(), npm_config_prefer_offline: 'true' }
  const { status, stdout, stderr } = spawnSync('sh', ['-c', command], {
    cwd,
    env,
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`${command} ended with ${status}:\n${stdout}${stderr}`)
}
