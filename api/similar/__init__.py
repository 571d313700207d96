"""相似案件 (R81; KB2): what was done when the same came before, found by its words, for who has it in hand now.

A case is put into the index when it is resolved, a published solution when it is published: their words as keyed
digests, so that who reads the table learns no word of anybody. `words` makes words of Chinese text, `index` puts in and
takes out, `suggestions` finds.
"""
