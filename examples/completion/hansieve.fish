# fish completion for hansieve and hansieve-FILTER
# SPDX-License-Identifier: MIT
set -l filters normalize segment extract-figures extract-entities dedupe to-csv to-xlsx to-html
complete -c hansieve -n __fish_use_subcommand -a "$filters"
for name in hansieve hansieve-$filters
    for option in ($name --help 2>/dev/null | string match -ra -- '--[a-z][a-z0-9-]+' | sort -u)
        complete -c $name -l (string sub -s 3 -- $option)
    end
    complete -c $name -l on-error -x -a "report fail skip pass"
    complete -c $name -l rows -x -a "figures entities segments documents"
    complete -c $name -l header -x -a "en zh both"
end
