"""The river at a glance (全流程): how much stands at each stage, where it is stuck, how long help takes."""
