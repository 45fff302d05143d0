"""Staff web (工作人员网页): pages over the queries and actions of the rooms; no rule of the house is made here."""
