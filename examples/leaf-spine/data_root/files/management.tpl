hostname $hostname
!
interface Management1
   ip address $address
!
ip route 0.0.0.0/0 10.34.8.1
ntp server 10.34.8.1
logging host 10.34.8.254
!
management api http-commands
   protocol https
   no shutdown
!
