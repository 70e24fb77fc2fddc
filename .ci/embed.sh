#!/bin/sh
# Prints assembly that embeds the files given, and the table that finds them
# by name (src/base/embed.h). Names are kept without their leading "data/", and
# side by side: a search by name reads none of the files, so that a session holds
# in memory what it uses of them, not all.
printf '    .section .note.GNU-stack,"",@progbits\n    .section .rodata\n'
i=0
for f in "$@"; do
    printf 'n%d: .asciz "%s"\n' $i "${f#data/}"
    i=$((i + 1))
done
i=0
for f in "$@"; do
    printf 'd%d: .incbin "%s"\ne%d: .byte 0\n' $i "$f" $i
    i=$((i + 1))
done
printf '    .section .data.rel.ro,"aw"\n    .balign 8\n    .globl ct_embedded\nct_embedded:\n'
j=0
while [ $j -lt $i ]; do
    printf '    .quad n%d, d%d, e%d - d%d\n' $j $j $j $j
    j=$((j + 1))
done
printf '    .quad 0, 0, 0\n'
