"""相似案件 (R81; KB2): earlier cases and solutions, found by the words of the case in hand.

A case is put into the index when it is resolved, a published solution when it is published: their words as keyed
digests, so that a reader of the table learns no word of anybody. `words` makes words of Chinese text, `index` puts in
and takes out, `suggestions` finds.
"""
