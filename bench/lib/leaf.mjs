/**
 * A leaf switch of a VXLAN fabric: about 600 lines of configuration. The template is Nunjucks and Jinja2 at once and gives the same text in
 * both.
 * @module
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { seed } from './env.mjs'
import { jsonText, systemMac } from './inventory.mjs'
import { randomNumbers } from './stats.mjs'

/** The template; without filters the addresses are printed as the variables state them. */
export function leafTemplate({ filters = true } = {}) {
  const use = (value, filter) => (filters ? `${value} | ${filter}` : value)
  return `! {{ hostname }}
hostname {{ hostname }}
dns domain {{ domain }}
!
spanning-tree mode mstp
no spanning-tree vlan-id 4093-4094
!
{% for user in users -%}
username {{ user.name }} privilege 15 role {{ user.role }} secret sha512 {{ user.secret }}
{% endfor -%}
!
{% for vlan in vlans -%}
vlan {{ vlan.id }}
   name {{ vlan.name }}
{% if vlan.trunk_group -%}
{{ '   ' }}trunk group {{ vlan.trunk_group }}
{% endif -%}
!
{% endfor -%}
{% for tenant in tenants -%}
vrf instance {{ tenant }}
!
{% endfor -%}
{% for port in uplinks -%}
interface {{ port.name }}
   description to {{ port.peer }} {{ port.peer_interface | upper }}
   mtu 9214
   no switchport
   ip address {{ ${use('port.address', "ipaddr('address')")} }}/{{ ${use('port.prefix_length', 'string')} }}
!
{% endfor -%}
{% for port in ports -%}
interface Ethernet{{ port.number }}
   description {{ port.description }}
{% if port.mode == 'trunk' -%}
{{ '   ' }}switchport trunk allowed vlan {{ port.vlans | join(',') }}
   switchport mode trunk
{% else -%}
{{ '   ' }}switchport access vlan {{ port.vlan }}
{% endif -%}
{{ '   ' }}spanning-tree portfast
!
{% endfor -%}
interface Loopback0
   ip address {{ ${use('loopback', "ipaddr('address')")} }}/32
!
interface Management1
   ip address {{ mgmt_ip }}
!
{% for vlan in vlans -%}
{% if vlan.gateway is defined -%}
interface Vlan{{ vlan.id }}
   description {{ vlan.name }}
   vrf {{ vlan.tenant }}
   ip address virtual {{ vlan.gateway }}
!
{% endif -%}
{% endfor -%}
interface Vxlan1
   vxlan source-interface Loopback0
   vxlan udp-port 4789
{% for vlan in vlans -%}
{{ '   ' }}vxlan vlan {{ vlan.id }} vni {{ 10000 + vlan.id }}
{% endfor -%}
!
ip virtual-router mac-address {{ ${use('router_mac', "hwaddr('cisco')")} }}
!
ip routing
{% for tenant in tenants -%}
ip routing vrf {{ tenant }}
{% endfor -%}
!
router bgp {{ asn }}
   router-id {{ ${use('loopback', "ipaddr('address')")} }}
   maximum-paths 4 ecmp 4
{% for peer in bgp_peers -%}
{{ '   ' }}neighbor {{ ${use('peer.address', "ipaddr('address')")} }} remote-as {{ peer.asn }}
   neighbor {{ ${use('peer.address', "ipaddr('address')")} }} description {{ peer.name }}
{% endfor -%}
{% for vlan in vlans -%}
{{ '   ' }}!
   vlan {{ vlan.id }}
      rd {{ ${use('loopback', "ipaddr('address')")} }}:{{ 10000 + vlan.id }}
      route-target both {{ 10000 + vlan.id }}:{{ 10000 + vlan.id }}
{% endfor -%}
!
end
`
}

/** The variables of a leaf by its number; addresses carry a prefix length where filters take it off. */
export function leafVariables(number, { filters = true } = {}) {
  const random = randomNumbers(seed + number)
  const pick = (list) => list[Math.floor(random() * list.length)]
  const withLength = (address, length) => (filters ? `${address}/${length}` : address)
  const tenants = ['prod', 'stage', 'lab']
  const vlans = Array.from({ length: 28 }, (_, at) => ({
    id: 100 + at * 10,
    name: `${pick(['web', 'app', 'db', 'store', 'voice'])}-${100 + at * 10}`,
    trunk_group: at % 5 === 0 ? 'mlag' : '',
    ...(at % 4 === 0 && { tenant: tenants[at % 3], gateway: `10.${100 + at}.0.1/24` }),
  }))
  return {
    hostname: `leaf${String(number).padStart(3, '0')}`,
    domain: 'dc1.example.net',
    users: ['admin', 'oncall'].map((name) => ({
      name,
      role: 'network-admin',
      secret: `$6$${name}$${Array.from({ length: 86 }, () => pick('abcdefghijklmnopqrstuvwxyz0123456789./')).join('')}`,
    })),
    tenants,
    vlans,
    uplinks: Array.from({ length: 4 }, (_, at) => ({
      name: `Ethernet${49 + at}/1`,
      peer: `spine${at + 1}`,
      peer_interface: `ethernet${number}/1`,
      address: withLength(`172.16.${number % 250}.${at * 2 + 1}`, 31),
      prefix_length: 31,
    })),
    ports: Array.from({ length: 48 }, (_, at) => ({
      number: at + 1,
      description: `server${String(number * 48 + at).padStart(5, '0')} eth0`,
      ...(at % 3 === 0
        ? {
            mode: 'trunk',
            vlans: [vlans[at % 28].id, vlans[(at + 7) % 28].id, vlans[(at + 11) % 28].id],
          }
        : { mode: 'access', vlan: pick(vlans).id }),
    })),
    loopback: withLength(`192.168.255.${1 + (number % 250)}`, 32),
    mgmt_ip: `10.255.${number >> 8}.${number & 255}/16`,
    router_mac: '00:1c:73:00:00:99',
    asn: 65_000 + number,
    bgp_peers: Array.from({ length: 16 }, (_, at) => ({
      name: `peer${String(at).padStart(2, '0')}`,
      asn: 64_900 + at,
      address: withLength(`172.16.${number % 250}.${at * 2}`, 31),
    })),
  }
}

/** Writes an inventory of leaves and their template, which is Nunjucks unless its name says otherwise. */
export function writeLeaves(folder, count, { template = 'config.njk', ...options } = {}) {
  mkdirSync(join(folder, 'templates'), { recursive: true })
  writeFileSync(join(folder, 'templates', template), leafTemplate(options))
  const switches = Array.from({ length: count }, (_, number) => [
    systemMac(number),
    leafVariables(number, options),
  ])
  const inventory = join(folder, 'inventory.json')
  writeFileSync(inventory, jsonText(Object.fromEntries(switches)))
  const templates = join(folder, 'templates')
  return { inventory, templates, template, macs: switches.map(([mac]) => mac) }
}
