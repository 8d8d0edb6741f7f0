# fish completion for hansieve and hansieve-FILTER: options come from --help, always the right ones
# SPDX-License-Identifier: MIT
set -g __hansieve_filters normalize segment extract-figures extract-entities dedupe to-csv to-xlsx to-html
function __hansieve_options
    set -l words (commandline -opc)
    set -l cmd $words[1]
    if contains -- "$words[2]" $__hansieve_filters
        set -a cmd $words[2]
    end
    $cmd --help 2>/dev/null | string match -r '^ *-.*' | string match -ra -- '--[a-z][a-z0-9-]+' | sort -u
end
complete -c hansieve -n __fish_use_subcommand -a "$__hansieve_filters"
for name in hansieve hansieve-$__hansieve_filters
    complete -c $name -n 'string match -q -- "-*" (commandline -ct)' -a '(__hansieve_options)'
    complete -c $name -n '__fish_prev_arg_in --on-error' -x -a "report fail skip pass"
    complete -c $name -n '__fish_prev_arg_in --rows' -x -a "figures entities segments documents"
    complete -c $name -n '__fish_prev_arg_in --header' -x -a "en zh both"
end
