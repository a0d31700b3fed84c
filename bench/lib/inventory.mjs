/**
 * Generated inventories and the requests of their switches.
 * @module
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { seed } from './env.mjs'
import { randomNumbers } from './stats.mjs'

/** The system MAC of a switch by its number. */
export function systemMac(number) {
  const digits = (0x001c73000000 + number * 16).toString(16).padStart(12, '0')
  return digits.match(/../g).join(':')
}

export function hostname(number) {
  return `leaf${String(number).padStart(6, '0')}`
}

function address(number) {
  const parts = [Math.floor(number / 10_000), Math.floor(number / 100) % 100, number % 100]
  return `10.${parts.map((part) => 100 + part).join('.')}`
}

/** A switch's entry: what a site with a data centre or two states of each. All values of one key have the same width. */
function entry(number, random, revision) {
  const rack = 1000 + Math.floor(random() * 9000)
  return {
    hostname: hostname(number),
    groups: [`pod${number % 8}`],
    serial: `SSJ${String(10_000_000 + number)}`,
    mgmt_ip: address(number),
    rack: `R${rack}`,
    asn: 4_200_000_000 + number,
    location: `row ${10 + (number % 90)}, unit ${10 + Math.floor(random() * 32)}`,
    change: `CHG${String(1_000_000 + revision)}`,
  }
}

const sections = {
  defaults: {
    domain: 'dc1.example.net',
    gateway: '10.255.255.254',
    prefix_length: 8,
    ntp_servers: ['10.255.0.1', '10.255.0.2'],
    syslog_servers: ['10.255.0.3'],
  },
  groups: Object.fromEntries(
    Array.from({ length: 8 }, (_, pod) => [
      `pod${pod}`,
      {
        pod,
        vlans: [
          { id: 110 + pod, name: `pod${pod}-users` },
          { id: 210 + pod, name: `pod${pod}-store` },
        ],
      },
    ]),
  ),
}

/** The whole inventory as an object. `revisionOf` tells which edit of it an entry shows. */
export function inventoryObject(count, revisionOf = () => 0) {
  const random = randomNumbers(seed)
  const inventory = { ...sections }
  for (let number = 0; number < count; number++) {
    inventory[systemMac(number)] = entry(number, random, revisionOf(number))
  }
  return inventory
}

export function jsonText(inventory) {
  return `${JSON.stringify(inventory, null, 2)}\n`
}

/** YAML as people write it: block style, quotes where they are needed. */
export function yamlText(inventory) {
  const lines = []
  for (const [key, value] of Object.entries(inventory)) writeYaml(lines, '', key, value)
  return `${lines.join('\n')}\n`
}

function writeYaml(lines, indent, key, value) {
  const name = /^[a-z_]\w*$/i.test(key) ? key : JSON.stringify(key)
  if (Array.isArray(value) && value.every((item) => typeof item !== 'object')) {
    lines.push(`${indent}${name}: [${value.map(yamlScalar).join(', ')}]`)
  } else if (Array.isArray(value)) {
    lines.push(`${indent}${name}:`)
    for (const item of value) {
      const inside = []
      for (const [innerKey, inner] of Object.entries(item)) writeYaml(inside, '', innerKey, inner)
      for (const [at, line] of inside.entries())
        lines.push(`${indent}  ${at === 0 ? '- ' : '  '}${line}`)
    }
  } else if (typeof value === 'object') {
    lines.push(`${indent}${name}:`)
    for (const [innerKey, inner] of Object.entries(value))
      writeYaml(lines, `${indent}  `, innerKey, inner)
  } else {
    lines.push(`${indent}${name}: ${yamlScalar(value)}`)
  }
}

function yamlScalar(value) {
  return typeof value === 'string' && !/^[a-z][\w -]*$/i.test(value)
    ? JSON.stringify(value)
    : String(value)
}

const siteTemplate = `! {{ hostname }}, rack {{ rack }}, {{ location }}
hostname {{ hostname }}
dns domain {{ domain }}
!
{% for vlan in vlans -%}
vlan {{ vlan.id }}
   name {{ vlan.name }}
!
{% endfor -%}
interface Management1
   description {{ change }}
   ip address {{ mgmt_ip }}/{{ prefix_length }}
!
ip route 0.0.0.0/0 {{ gateway }}
!
router bgp {{ asn }}
   router-id {{ mgmt_ip }}
!
{% for server in ntp_servers -%}
ntp server {{ server }}
{% endfor -%}
{% for server in syslog_servers -%}
logging host {{ server }}
{% endfor -%}
!
end
`

/** Writes an inventory and a template that goes with it. */
export function writeSite(folder, count, format = 'json', template = 'config.njk') {
  mkdirSync(join(folder, 'templates'), { recursive: true })
  writeFileSync(join(folder, 'templates', template), siteTemplate)
  const inventory = join(folder, `inventory.${format}`)
  const content = inventoryObject(count)
  writeFileSync(inventory, format === 'json' ? jsonText(content) : yamlText(content))
  return { inventory, templates: join(folder, 'templates') }
}

/** What a switch sends when it asks for its configuration, as EOS 4.32 on a CCS-710P does. */
export function requestText(
  port,
  { mac, serial, model = 'CCS-710P-16P', version = '4.32.5.1M' },
  close = false,
) {
  const lines = [
    'GET /dynconfig HTTP/1.1',
    `Host: 127.0.0.1:${port}`,
    'Accept: */*',
    `X-Arista-SystemMAC: ${mac}`,
    `X-Arista-ModelName: ${model}`,
    `X-Arista-SoftwareVersion: ${version}`,
    'X-Arista-Architecture: x86_64',
    ...(serial === undefined ? [] : [`X-Arista-Serial: ${serial}`]),
    'X-Arista-HardwareVersion: 11.04',
    'X-Arista-TpmApi: 2.0',
    'X-Arista-TpmFwVersion: 1.512',
    'X-Arista-SecureZtp: True',
    ...(close ? ['Connection: close'] : []),
  ]
  return `${lines.join('\r\n')}\r\n\r\n`
}
