"""A synthetic prefecture (合成地市) with planted truth: register tables and department feeds made from a seed.

Nobody in it exists. Identity numbers start with 99 and phone numbers with 154, which nobody was ever given.
"""

from shouwang.synth.departments import write_department_files
from shouwang.synth.making import make

__all__ = ["make", "write_department_files"]
