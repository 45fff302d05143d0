"""Rules in force (现行规则): the policy pack of this server with what its people have amended, drafted by one and approved
by another.
"""
