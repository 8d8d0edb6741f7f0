# bash completion for hansieve and hansieve-FILTER: options come from --help, always the right ones
# SPDX-License-Identifier: MIT
_hansieve() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} cmd=("${COMP_WORDS[0]}")
	local filters="normalize segment extract-figures extract-entities dedupe to-csv to-xlsx to-html"
	COMPREPLY=()
	if [[ $COMP_CWORD -gt 1 && " $filters " == *" ${COMP_WORDS[1]} "* ]]; then
		cmd+=("${COMP_WORDS[1]}")
	fi
	case $prev in
	--on-error) mapfile -t COMPREPLY < <(compgen -W "report fail skip pass" -- "$cur"); return ;;
	--rows) mapfile -t COMPREPLY < <(compgen -W "figures entities segments documents" -- "$cur"); return ;;
	--header) mapfile -t COMPREPLY < <(compgen -W "en zh both" -- "$cur"); return ;;
	esac
	if [[ $cur == -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$("${cmd[@]}" --help 2>/dev/null | grep '^ *-' | grep -oE -- '--[a-z][a-z0-9-]+' | sort -u)" -- "$cur")
		return
	fi
	if [[ $COMP_CWORD -eq 1 && ${COMP_WORDS[0]} == hansieve ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$filters" -- "$cur")
	fi
	mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -f -- "$cur")
}
complete -o filenames -F _hansieve hansieve hansieve-normalize hansieve-segment \
	hansieve-extract-figures hansieve-extract-entities hansieve-dedupe hansieve-to-csv \
	hansieve-to-xlsx hansieve-to-html
