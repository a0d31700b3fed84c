interface Loopback0
   ip address $loopback
!
interface Ethernet1-4
   no switchport
   ipv6 enable
!
ip routing ipv6 interfaces
!
router bgp $asn
   neighbor LEAVES peer group
   neighbor interface Ethernet1-4 peer-group LEAVES remote-as external
   redistribute connected
!
