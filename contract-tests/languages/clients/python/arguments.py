"""The names of parameters in the clients, which are those of python.yaml in the stock client too."""

ARGUMENTS = {
    "organization[id]": "organization_id",
    "organization[sub_domain]": "organization_sub_domain",
    "annotations[][key]": "annotation_keys",
    "annotations[][value]": "annotation_values",
    "page": "page",
    "per_page": "per_page",
}
