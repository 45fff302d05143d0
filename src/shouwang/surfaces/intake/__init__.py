"""The machine interface (机器接口): departments' systems send files, ask for what they may have, and are told."""
